/* report_several.c — which strategy earned what in which wallet (report_page.h). */
#include "runtime/backtest/report_page.h"

static size_t shown_of(Page *p, size_t all)
{
    size_t shown = all < PAGE_ROWS ? all : PAGE_ROWS;

    if (shown < all)
        page_line(p, "note", WORD_SEVERAL_FIRST, figure_whole(FIGURE_COUNT, (int64_t)shown),
                  figure_whole(FIGURE_COUNT, (int64_t)all));
    return shown;
}

static void put_assignment(Page *p, const ResultAssignment *a)
{
    const ResultTotals *t = &a->result->totals;

    buf_str(p->out, "<tr>");
    page_text(p, a->strategy);
    page_text(p, p->r->wallets[a->wallet].name);
    page_cell(p, figure_whole(FIGURE_GAIN, t->pnl_micros));
    page_cell(p, figure_whole(FIGURE_MONEY, t->fees_micros));
    page_cell(p, figure_whole(FIGURE_COUNT, (int64_t)t->trades));
    page_cell(p, figure_real(FIGURE_PERCENT, t->win_rate));
    page_cell(p, figure_whole(FIGURE_COUNT, (int64_t)t->orders));
    page_cell(p, figure_real(FIGURE_PERCENT, t->fill_rate));
    page_cell(p, figure_whole(FIGURE_MONEY, t->drawdown_micros));
    page_cell(p, figure_real(FIGURE_RATIO, a->result->judgement.sharpe));
    page_text(p, span_str(verdict_sentence(a->result->judgement.verdict)));
    buf_str(p->out, "</tr>\n");
}

static void put_assignments(Page *p)
{
    static const Word heads[] = {WORD_TH_STRATEGY, WORD_TH_WALLET,   WORD_TH_PNL,    WORD_TH_FEES,
                                 WORD_TH_TRADES,   WORD_TH_WIN_RATE, WORD_TH_ORDERS, WORD_TH_FILLED,
                                 WORD_TH_FALL,     WORD_TH_SHARPE,   WORD_TH_VERDICT};
    size_t shown = shown_of(p, p->r->assignment_count);

    page_table(p, "assignment-rows", WORD_SEVERAL_STRATEGIES, heads,
               sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < shown; i++)
        put_assignment(p, &p->r->assignments[i]);
    page_table_end(p);
}

static void put_wallet(Page *p, const ResultWallet *w)
{
    buf_str(p->out, "<tr>");
    page_text(p, w->name);
    page_cell(p, figure_whole(FIGURE_MONEY, w->totals.start_cash_micros));
    page_cell(p, figure_whole(FIGURE_MONEY, w->totals.end_equity_micros));
    page_cell(p, figure_whole(FIGURE_GAIN, w->totals.pnl_micros));
    page_cell(p, figure_whole(FIGURE_MONEY, w->totals.drawdown_micros));
    page_cell(p, figure_whole(FIGURE_MONEY, w->totals.exposure_max_micros));
    buf_str(p->out, "</tr>\n");
}

static void put_wallets(Page *p)
{
    static const Word heads[] = {WORD_TH_WALLET, WORD_TH_START, WORD_TH_END,
                                 WORD_TH_PNL,    WORD_TH_FALL,  WORD_TH_RISK};
    size_t shown = shown_of(p, p->r->wallet_count);

    page_table(p, "wallet-rows", WORD_SEVERAL_WALLETS, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < shown; i++)
        put_wallet(p, &p->r->wallets[i]);
    page_table_end(p);
}

void page_several(Page *p)
{
    if (!p->r->assignment_count) return;
    buf_fmt(p->out,
            "<section id=\"several\" aria-labelledby=\"several-h\">\n<h2 id=\"several-h\">%s</h2>\n"
            "<p class=\"question\">%s</p>\n",
            page_word(WORD_SEVERAL), page_word(WORD_SEVERAL_QUESTION));
    page_line(p, "note", p->r->is_shared_book ? WORD_SEVERAL_SHARED : WORD_SEVERAL_OWN, NO_FIGURE);
    put_assignments(p);
    put_wallets(p);
    buf_str(p->out, "</section>\n");
}
