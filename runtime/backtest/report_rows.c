/* report_rows.c — the long tables of the report: trades with their books, slots (report_page.h). */
#include "runtime/backtest/report_page.h"
#include "vm/intents.h"

static const char *side_of(const Page *p, const ResultTrade *t)
{
    uint8_t kind = t->market < p->r->market_count ? p->r->markets[t->market].kind : MARKET_SPOT;

    if (kind == MARKET_SLOT) return page_word(t->outcome ? WORD_SIDE_DOWN : WORD_SIDE_UP);
    if (kind == MARKET_BINARY) return page_word(t->outcome ? WORD_SIDE_NO : WORD_SIDE_YES);
    return page_word(t->is_short ? WORD_SIDE_SHORT : WORD_SIDE_LONG);
}

static FigureKind price_kind(const Page *p, uint8_t market)
{
    return page_is_binary(p, market) ? FIGURE_CENTS : FIGURE_PRICE;
}

void page_cell(Page *p, Figure f)
{
    buf_str(p->out, "<td");
    html_sort_key(p->out, &f);
    buf_char(p->out, '>');
    html_figure(p->out, &f);
    buf_str(p->out, "</td>");
}

void page_text(Page *p, Span text)
{
    buf_str(p->out, "<td class=\"l\">");
    html_text(p->out, text);
    buf_str(p->out, "</td>");
}

static void put_words(Page *p, const char *text)
{
    page_text(p, span_str(text));
}

/* Bid and ask, the size of each below it; a book nobody saw is a dash. */
static void put_book(Page *p, const ResultQuote *q, FigureKind kind)
{
    Figure figures[] = {figure_whole(kind, q->bid_micros), figure_whole(kind, q->ask_micros),
                        figure_whole(FIGURE_SIZE, q->bid_size_micros),
                        figure_whole(FIGURE_SIZE, q->ask_size_micros)};

    buf_str(p->out, "<td");
    html_sort_key(p->out, &figures[1]);
    buf_char(p->out, '>');
    html_say(p->out, "{} / {}<small>{} / {}</small></td>", figures);
}

static int64_t between(int64_t from, int64_t to)
{
    return from == MICROS_UNKNOWN || to == MICROS_UNKNOWN ? MICROS_UNKNOWN : to - from;
}

/* As the totals count it: an open one is neither, nor is one that came out even. */
static const char *trade_class(const ResultTrade *t)
{
    if (t->exit == RESULT_EXIT_OPEN) return "open";
    return t->pnl_micros > 0 ? "won" : t->pnl_micros < 0 ? "lost" : "even";
}

static void put_entry(Page *p, const ResultTrade *t, FigureKind kind)
{
    static const ResultQuote none = {MICROS_UNKNOWN, MICROS_UNKNOWN, MICROS_UNKNOWN,
                                     MICROS_UNKNOWN};
    const ResultOrder *o =
        t->entry_order < p->r->orders.count ? &p->r->orders.items[t->entry_order] : NULL;

    put_book(p, o ? &o->decision : &none, kind);
    put_book(p, o ? &o->arrival : &none, kind);
    page_cell(
        p, figure_whole(FIGURE_SPAN, o ? between(o->decided_us, o->arrived_us) : MICROS_UNKNOWN));
}

static void put_trade(Page *p, size_t i)
{
    const ResultTrade *t = &p->r->trades.items[i];
    FigureKind kind = price_kind(p, t->market);

    buf_fmt(p->out, "<tr class=\"%s\">", trade_class(t));
    page_cell(p, figure_whole(FIGURE_COUNT, (int64_t)i + 1));
    page_cell(p, figure_whole(FIGURE_INSTANT, t->opened_us));
    page_cell(p, figure_whole(FIGURE_GAIN, t->pnl_micros));
    if (p->r->assignment_count) {
        const ResultAssignment *a = &p->r->assignments[t->assignment];

        page_text(p, a->strategy);
        page_text(p, p->r->wallets[a->wallet].name);
    }
    if (p->r->market_count > 1)
        page_text(p, t->market < p->r->market_count ? p->r->markets[t->market].name : SPAN("?"));
    put_words(p, side_of(p, t));
    page_cell(p, figure_whole(FIGURE_SIZE, t->in_size_micros));
    page_cell(p, figure_whole(kind, result_price(t->in_value_micros, t->in_size_micros)));
    page_cell(p, figure_whole(kind, result_price(t->out_value_micros, t->out_size_micros)));
    page_cell(p, figure_whole(FIGURE_MONEY, t->fees_micros));
    put_words(p, result_exit_name(t->exit));
    page_cell(p, figure_whole(FIGURE_SPAN, between(t->opened_us, t->closed_us)));
    put_entry(p, t, kind);
    buf_str(p->out, "</tr>\n");
}

/* Buttons the script wakes up. */
static void put_filter(Page *p)
{
    static const struct {
        Word label;
        const char *shows;
    } rows[] = {{WORD_SHOW_ALL, ""}, {WORD_SHOW_WON, "won"}, {WORD_SHOW_LOST, "lost"}};

    buf_fmt(p->out, "<div class=\"filter\" role=\"group\" aria-label=\"%s\" hidden>",
            page_word(WORD_SHOW_GROUP));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        buf_fmt(p->out, "<button type=\"button\" data-shows=\"%s\" aria-pressed=\"%s\">%s</button>",
                rows[i].shows, i ? "false" : "true", page_word(rows[i].label));
    buf_str(p->out, "</div>\n");
}

/* The columns of the trades that this result needs. */
static size_t trade_heads(const Page *p, Word heads[])
{
    static const Word always[] = {WORD_TH_SIDE,    WORD_TH_SIZE, WORD_TH_IN,   WORD_TH_OUT,
                                  WORD_TH_FEES,    WORD_TH_EXIT, WORD_TH_HELD, WORD_TH_DECISION,
                                  WORD_TH_ARRIVAL, WORD_TH_DELAY};
    size_t n = 0;

    heads[n++] = WORD_TH_NUMBER;
    heads[n++] = WORD_TH_OPENED;
    heads[n++] = WORD_TH_PNL;
    if (p->r->assignment_count) {
        heads[n++] = WORD_TH_STRATEGY;
        heads[n++] = WORD_TH_WALLET;
    }
    if (p->r->market_count > 1) heads[n++] = WORD_TH_MARKET;
    memcpy(heads + n, always, sizeof always);
    return n + sizeof always / sizeof always[0];
}

void page_trades(Page *p)
{
    Word heads[WORDS];
    size_t all = p->r->trades.count, shown = all < PAGE_ROWS ? all : PAGE_ROWS;
    Figure shown_of = figure_whole(FIGURE_COUNT, (int64_t)shown);

    if (!all) {
        page_line(p, "empty", WORD_TRADES_EMPTY, NO_FIGURE);
        return;
    }
    page_line(p, "note", shown < all ? WORD_TRADES_FIRST : WORD_TRADES_ALL, shown_of,
              figure_whole(FIGURE_COUNT, (int64_t)all));
    put_filter(p);
    page_table(p, "trade-rows", WORD_TRADES_CAPTION, heads, trade_heads(p, heads));
    for (size_t i = 0; i < shown; i++)
        put_trade(p, i);
    page_table_end(p);
}

/* ---- slots --------------------------------------------------------------------------------------- */

static void put_slot(Page *p, const ResultSlot *s)
{
    buf_str(p->out, "<tr>");
    page_cell(p, figure_whole(FIGURE_INSTANT, s->start_us));
    page_cell(p, figure_whole(FIGURE_SPAN, s->slot_us));
    put_words(p, s->winner < 0 ? "?" : page_word(s->winner ? WORD_SIDE_DOWN : WORD_SIDE_UP));
    page_cell(p, figure_whole(FIGURE_COUNT, s->ticks));
    page_cell(p, figure_whole(FIGURE_COUNT, s->orders));
    page_cell(p, figure_whole(FIGURE_COUNT, s->fills));
    page_cell(p, figure_whole(FIGURE_COUNT, s->trades));
    page_cell(p, figure_whole(FIGURE_MONEY, s->fees_micros));
    page_cell(p, figure_whole(FIGURE_GAIN, s->pnl_micros));
    buf_str(p->out, "</tr>\n");
}

void page_slot_rows(Page *p)
{
    static const Word heads[] = {WORD_TH_SLOT,   WORD_TH_LENGTH, WORD_TH_WINNER,
                                 WORD_TH_TICKS,  WORD_TH_ORDERS, WORD_TH_FILLS,
                                 WORD_TH_TRADES, WORD_TH_FEES,   WORD_TH_PNL};
    const Result *r = p->r;
    size_t used = 0, shown = 0;

    for (size_t i = 0; i < r->slots.count; i++)
        used += page_uses(&r->slots.items[i]);
    if (!used) return;
    buf_fmt(p->out, "<details><summary>%s</summary>\n", page_word(WORD_SLOT_ROWS_CAPTION));
    if (used > PAGE_ROWS)
        page_line(p, "note", WORD_SLOT_ROWS_FIRST, figure_whole(FIGURE_COUNT, PAGE_ROWS),
                  figure_whole(FIGURE_COUNT, (int64_t)used));
    else
        page_line(p, "note", WORD_SLOT_ROWS_ALL, figure_whole(FIGURE_COUNT, (int64_t)used),
                  figure_whole(FIGURE_COUNT, (int64_t)r->slots.count));
    page_table(p, "slot-rows", WORD_SLOT_ROWS_CAPTION, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < r->slots.count && shown < PAGE_ROWS; i++)
        if (page_uses(&r->slots.items[i])) {
            put_slot(p, &r->slots.items[i]);
            shown++;
        }
    page_table_end(p);
    buf_str(p->out, "</details>\n");
}
