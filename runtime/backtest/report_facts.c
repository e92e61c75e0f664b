/* report_facts.c — figures of the report, each with what it means, and the small tables (report_page.h). */
#include <stddef.h>

#include "runtime/backtest/report_page.h"
#include "runtime/engine/engine.h"
#include "vm/base/fixed.h"
#include "vm/base/num.h"

typedef enum FactList { LIST_money, LIST_orders, LIST_fills, LIST_luck } FactList;

typedef struct Fact {
    FactList list;
    FigureKind kind;
    size_t at; /* in Result */
    const char *label, *meaning;
} Fact;

static const Fact facts[] = {
#define FACT(list, label, kind, field, meaning) \
    {LIST_##list, FIGURE_##kind, offsetof(Result, field), label, meaning},
#include "runtime/backtest/report_facts.def"
#undef FACT
};

static Figure fact_figure(const Fact *f, const Result *r)
{
    Figure figure = {.kind = f->kind};
    const char *at = (const char *)r + f->at;

    if (f->kind == FIGURE_PERCENT || f->kind == FIGURE_RATIO || f->kind == FIGURE_DOLLARS ||
        f->kind == FIGURE_CHANGE)
        memcpy(&figure.real, at, sizeof figure.real);
    else
        memcpy(&figure.whole, at, sizeof figure.whole);
    return figure;
}

static void open_row(Page *p, const char *label)
{
    buf_fmt(p->out, "<div><dt>%s</dt><dd class=\"v\">", label);
}

static void close_row(Page *p, const char *meaning)
{
    if (meaning[0]) buf_fmt(p->out, "</dd><dd class=\"m\">%s", meaning);
    buf_str(p->out, "</dd></div>\n");
}

static void put_facts(Page *p, FactList list)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        Figure figure = fact_figure(&facts[i], p->r);

        if (facts[i].list != list) continue;
        open_row(p, facts[i].label);
        html_figure(p->out, &figure);
        close_row(p, facts[i].meaning);
    }
}

static void open_list(Page *p)
{
    buf_str(p->out, "<dl class=\"facts\">\n");
}

static void close_list(Page *p)
{
    buf_str(p->out, "</dl>\n");
}

void page_money(Page *p)
{
    open_list(p);
    put_facts(p, LIST_money);
    close_list(p);
}

/* ---- headline figures ---------------------------------------------------------------------------- */

#define tile(p, label, figure, said, ...)                                                       \
    do {                                                                                        \
        buf_fmt((p)->out, "<div class=\"tile\"><dt>%s</dt><dd class=\"v\">", page_word(label)); \
        html_figure((p)->out, &(figure));                                                       \
        buf_str((p)->out, "</dd><dd class=\"m\">");                                             \
        page_say(p, said, __VA_ARGS__);                                                         \
        buf_str((p)->out, "</dd></div>\n");                                                     \
    } while (0)

static Figure strict_pnl(const Page *p)
{
    const ResultBandRow *row = &p->r->band[MODEL_PESSIMISTIC];

    return figure_whole(FIGURE_GAIN, row->is_run ? row->pnl_micros : MICROS_UNKNOWN);
}

void page_tiles(Page *p)
{
    const ResultTotals *t = &p->r->totals;
    Figure pnl = figure_whole(FIGURE_GAIN, t->pnl_micros);
    Figure won = figure_real(FIGURE_PERCENT, t->win_rate);
    Figure fall = figure_whole(FIGURE_MONEY, t->drawdown_micros);
    Figure fill = figure_real(FIGURE_PERCENT, t->fill_rate);
    Figure luck = figure_real(FIGURE_PERCENT, p->r->judgement.mean_band.chance);
    Figure strict = strict_pnl(p);

    buf_str(p->out, "<dl class=\"tiles\">\n");
    tile(p, WORD_TILE_PNL, pnl, WORD_TILE_PNL_SAID, figure_real(FIGURE_PERCENT, t->profit));
    tile(p, WORD_TILE_STRICT, strict, WORD_TILE_STRICT_SAID, NO_FIGURE);
    tile(p, WORD_TILE_LUCK, luck, WORD_TILE_LUCK_SAID, NO_FIGURE);
    tile(p, WORD_TILE_FALL, fall, WORD_TILE_FALL_SAID, figure_real(FIGURE_PERCENT, t->drawdown));
    tile(p, WORD_TILE_WIN, won, WORD_TILE_WIN_SAID, figure_whole(FIGURE_COUNT, (int64_t)t->trades),
         figure_whole(FIGURE_COUNT, (int64_t)t->wins),
         figure_whole(FIGURE_COUNT, (int64_t)t->losses));
    tile(p, WORD_TILE_FILL, fill, WORD_TILE_FILL_SAID,
         figure_whole(FIGURE_COUNT, (int64_t)t->orders));
    close_list(p);
}

/* ---- orders -------------------------------------------------------------------------------------- */

/* Micros a share; unknown without any order that has that figure. */
static int64_t slip_a_share(const Result *r)
{
    int64_t size = 0;

    for (size_t i = 0; i < r->orders.count; i++)
        if (r->orders.items[i].slip_mid_micros != MICROS_UNKNOWN)
            (void)fx_add(size, r->orders.items[i].filled_micros, &size);
    return result_price(r->totals.slip_mid_micros, size);
}

void page_orders(Page *p)
{
    Figure share = figure_whole(FIGURE_CENTS, slip_a_share(p->r));

    open_list(p);
    put_facts(p, LIST_orders);
    put_facts(p, LIST_fills);
    if (page_is_all_binary(p)) {
        open_row(p, page_word(WORD_SLIP_SHARE));
        html_figure(p->out, &share);
        close_row(p, page_word(WORD_SLIP_SHARE_SAID));
    }
    close_list(p);
}

/* ---- statistics ---------------------------------------------------------------------------------- */

static void put_band(Page *p, Word label, FigureKind kind, const Band *b, Word said, Figure first,
                     Figure second)
{
    open_row(p, page_word(label));
    page_say(p, WORD_BAND, figure_real(kind, b->low), figure_real(kind, b->high));
    buf_str(p->out, "</dd><dd class=\"m\">");
    page_say(p, said, first, second);
    close_row(p, "");
}

static void put_track(Page *p)
{
    const ResultJudgement *j = &p->r->judgement;

    open_row(p, page_word(WORD_TRACK));
    if (num_is_known(j->track_needed) && j->track_needed < 1e15)
        page_say(p, WORD_ONE, figure_whole(FIGURE_COUNT, (int64_t)num_ceil(j->track_needed)));
    else
        page_say(p, WORD_TRACK_NEVER, NO_FIGURE);
    buf_str(p->out, "</dd><dd class=\"m\">");
    page_say(p, WORD_TRACK_SAID, figure_whole(FIGURE_COUNT, (int64_t)j->periods));
    close_row(p, "");
}

void page_statistics(Page *p)
{
    const ResultJudgement *j = &p->r->judgement;

    page_line(p, "note", j->is_hourly ? WORD_STATS_HOURS : WORD_STATS_SLOTS,
              figure_whole(FIGURE_COUNT, (int64_t)j->periods));
    open_list(p);
    open_row(p, page_word(WORD_SHARPE));
    page_say(p, WORD_SHARPE_VALUE, figure_real(FIGURE_RATIO, j->sharpe),
             figure_real(FIGURE_RATIO, j->sharpe_error));
    close_row(p, page_word(WORD_SHARPE_SAID));
    put_facts(p, LIST_luck);
    put_track(p);
    put_band(p, WORD_MEAN_BAND, FIGURE_CHANGE, &j->mean_band, WORD_MEAN_BAND_SAID,
             figure_real(FIGURE_RATIO, j->block), figure_whole(FIGURE_COUNT, j->rounds));
    put_band(p, WORD_FALL_BAND, FIGURE_DOLLARS, &j->fall_band, WORD_FALL_BAND_SAID,
             figure_real(FIGURE_PERCENT, j->fall_band.chance), NO_FIGURE);
    close_list(p);
}

/* ---- fill models --------------------------------------------------------------------------------- */

static void put_cell(Page *p, Figure f)
{
    buf_str(p->out, "<td>");
    html_figure(p->out, &f);
    buf_str(p->out, "</td>");
}

static void put_model(Page *p, FillModel m)
{
    static const Word said[MODELS] = {WORD_MODEL_TOUCH, WORD_MODEL_QUEUE, WORD_MODEL_PESSIMISTIC};
    const ResultBandRow *row = &p->r->band[m];

    buf_fmt(p->out, "<tr%s><th scope=\"row\">%s", m == p->r->model ? " class=\"this\"" : "",
            fill_model_name(m));
    if (m == p->r->model) buf_fmt(p->out, " <small>%s</small>", page_word(WORD_MODELS_THIS));
    buf_fmt(p->out, "<span>%s</span></th>", page_word(said[m]));
    if (row->is_run) {
        put_cell(p, figure_whole(FIGURE_GAIN, row->pnl_micros));
        put_cell(p, figure_whole(FIGURE_COUNT, (int64_t)row->trades));
        put_cell(p, figure_real(FIGURE_PERCENT, row->win_rate));
        put_cell(p, figure_real(FIGURE_PERCENT, row->drawdown));
        put_cell(p, figure_real(FIGURE_RATIO, row->sharpe));
        put_cell(p, figure_whole(FIGURE_COUNT, (int64_t)row->orders));
        put_cell(p, figure_whole(FIGURE_COUNT, (int64_t)row->fills));
        put_cell(p, figure_whole(FIGURE_MONEY, row->fees_micros));
    } else {
        buf_fmt(p->out, "<td colspan=\"8\">%s</td>", page_word(WORD_MODELS_NOT_RUN));
    }
    buf_str(p->out, "</tr>\n");
}

void page_models(Page *p)
{
    static const Word heads[] = {WORD_TH_MODEL,    WORD_TH_PNL,   WORD_TH_TRADES,
                                 WORD_TH_WIN_RATE, WORD_TH_FALL,  WORD_TH_SHARPE,
                                 WORD_TH_ORDERS,   WORD_TH_FILLS, WORD_TH_FEES};

    page_table(p, "model-rows", WORD_MODELS_CAPTION, heads, sizeof heads / sizeof heads[0]);
    for (int m = 0; m < MODELS; m++)
        put_model(p, (FillModel)m);
    page_table_end(p);
}

/* ---- receipt ------------------------------------------------------------------------------------- */

/* These are no events that could be counted. */
static bool is_always(int receipt)
{
    return receipt == RECEIPT_IMPACT || receipt == RECEIPT_REBATES || receipt == RECEIPT_ANSWERS;
}

/* Our own sentence: `words` of the language become code. */
static void put_prose(Buf *out, const char *text)
{
    bool is_code = false;

    for (; *text; text++) {
        if (*text != '`') {
            html_text(out, span_of(text, 1));
            continue;
        }
        is_code = !is_code;
        buf_str(out, is_code ? "<code>" : "</code>");
    }
}

static void put_receipt_rows(Page *p, bool is_modelled)
{
    buf_fmt(p->out, "<h3>%s</h3>\n", page_word(is_modelled ? WORD_RECEIPT_YES : WORD_RECEIPT_NO));
    open_list(p);
    for (int i = 0; i < RECEIPTS; i++) {
        const ReceiptRow *row = &p->r->receipt[i];
        Figure count = figure_whole(FIGURE_COUNT, (int64_t)row->count);

        if (!row->name || row->is_modelled != is_modelled) continue;
        open_row(p, row->name);
        if (is_always(i))
            buf_str(p->out, page_word(WORD_RECEIPT_ALWAYS));
        else
            html_figure(p->out, &count);
        buf_str(p->out, "</dd><dd class=\"m\">");
        put_prose(p->out, row->sentence);
        close_row(p, "");
    }
    close_list(p);
}

void page_receipt(Page *p)
{
    put_receipt_rows(p, true);
    put_receipt_rows(p, false);
    page_line(p, p->r->totals.is_balanced ? "note" : "note wrong",
              p->r->totals.is_balanced ? WORD_BALANCED : WORD_UNBALANCED, NO_FIGURE);
}

/* ---- origin -------------------------------------------------------------------------------------- */

static void put_hash(Page *p, Word label, const uint8_t digest[SHA256_SIZE])
{
    char hex[2 * SHA256_SIZE + 1];

    sha256_hex(digest, hex);
    open_row(p, page_word(label));
    buf_fmt(p->out, "<code>%s</code>", hex);
    close_row(p, "");
}

static void put_market(Page *p, const ResultMarket *m)
{
    bool is_empty = m->first_us == MICROS_UNKNOWN;

    buf_str(p->out, "<div><dt>");
    page_say(p, WORD_ORIGIN_MARKET, figure_text(m->name));
    buf_str(p->out, "</dt><dd class=\"v\">");
    page_say(p, is_empty ? WORD_ORIGIN_MARKET_EMPTY : WORD_ORIGIN_MARKET_SAID,
             figure_text(m->venue), figure_text(m->selector),
             figure_whole(FIGURE_COUNT, (int64_t)m->ticks),
             figure_whole(FIGURE_INSTANT, m->first_us), figure_whole(FIGURE_INSTANT, m->last_us));
    close_row(p, "");
}

static void put_settings(Page *p)
{
    const Result *r = p->r;
    Figure cash = figure_whole(FIGURE_MONEY, r->totals.start_cash_micros);

    for (uint32_t i = 0; i < r->market_count; i++)
        put_market(p, &r->markets[i]);
    open_row(p, page_word(WORD_ORIGIN_CASH));
    html_figure(p->out, &cash);
    close_row(p, "");
    open_row(p, page_word(WORD_ORIGIN_MODEL));
    buf_str(p->out, fill_model_name(r->model));
    close_row(p, "");
    open_row(p, page_word(WORD_ORIGIN_DELAY));
    page_say(p, WORD_ORIGIN_DELAY_SAID, figure_whole(FIGURE_SPAN, r->order_us),
             figure_whole(FIGURE_SPAN, r->cancel_us), figure_whole(FIGURE_SPAN, r->jitter_us),
             figure_whole(FIGURE_ID, (int64_t)r->seed));
    close_row(p, "");
    for (uint32_t i = 0; i < r->param_count; i++) {
        buf_str(p->out, "<div><dt>");
        page_say(p, WORD_ORIGIN_PARAM, figure_text(r->params[i].name));
        buf_str(p->out, "</dt><dd class=\"v\">");
        buf_num(p->out, r->params[i].value);
        close_row(p, "");
    }
}

void page_origin(Page *p)
{
    if (p->facts->command.len) {
        page_line(p, "note", WORD_ORIGIN_AGAIN, NO_FIGURE);
        buf_str(p->out, "<pre tabindex=\"0\" class=\"command\"><code>");
        html_text(p->out, p->facts->command);
        buf_str(p->out, "</code></pre>\n");
    }
    buf_str(p->out, "<dl class=\"facts origin\">\n");
    put_settings(p);
    open_row(p, page_word(WORD_ORIGIN_ENGINE));
    buf_str(p->out, ENGINE_VERSION);
    close_row(p, "");
    put_hash(p, WORD_ORIGIN_TAPE, p->r->tape_sha256);
    put_hash(p, WORD_ORIGIN_IMAGE, p->r->image_sha256);
    put_hash(p, WORD_ORIGIN_RESULT, p->r->result_sha256);
    close_list(p);
    if (!p->facts->source.len) return;
    buf_fmt(p->out, "<h3>%s</h3>\n<pre tabindex=\"0\"><code>", page_word(WORD_ORIGIN_SOURCE));
    html_text(p->out, p->facts->source);
    buf_str(p->out, "</code></pre>\n");
}
