/* summary.c — see summary.h. */
#include "runtime/cli/summary.h"

#include "runtime/history/cells.h"
#include "vm/base/date.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { CENT = 10000 };
typedef enum Colour { PLAIN, GOOD, BAD, FAINT, BOLD } Colour;

typedef struct Page {
    Buf *out;
    const Result *r;
    bool has_colour;
} Page;

/* ---- pieces -------------------------------------------------------------------------------------- */

static void colour(const Page *p, Colour c)
{
    static const char *const codes[] = {"0", "32", "31", "2", "1"};

    if (p->has_colour) buf_fmt(p->out, "\x1b[%sm", codes[c]);
}

static void line(const Page *p, const char *label)
{
    buf_str(p->out, "  ");
    colour(p, FAINT);
    buf_fmt(p->out, "%-13s", label);
    colour(p, PLAIN);
}

/* "$12.30", "-$0.05". */
static void put_money(const Page *p, int64_t micros)
{
    int64_t cents = micros;

    (void)fx_round_to(micros, CENT, FX_HALF_EVEN, &cents);
    cents /= CENT;
    buf_fmt(p->out, "%s$", cents < 0 ? "-" : "");
    fx_put(p->out, cents < 0 ? -cents : cents, 2);
}

static void put_gain(const Page *p, int64_t micros)
{
    colour(p, micros > 0 ? GOOD : micros < 0 ? BAD : PLAIN);
    if (micros > 0) buf_char(p->out, '+');
    put_money(p, micros);
    colour(p, PLAIN);
}

static void put_number(const Page *p, double x, int places)
{
    if (num_is_known(x))
        num_fixed(p->out, x, places);
    else
        buf_char(p->out, '?');
}

static void put_percent(const Page *p, double x, int places)
{
    put_number(p, x * 100, places);
    buf_str(p->out, " %");
}

static void put_dollars(const Page *p, double dollars)
{
    int64_t micros;

    if (fx_from_double(dollars, &micros))
        put_money(p, micros);
    else
        buf_char(p->out, '?');
}

static void put_count(const Page *p, uint64_t n, const char *one, const char *many)
{
    buf_fmt(p->out, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

/* ---- lines --------------------------------------------------------------------------------------- */

static uint32_t count_strategies(const Result *r)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->assignment_count; i++) {
        uint32_t k = 0;

        while (!span_is(r->assignments[k].strategy, r->assignments[i].strategy))
            k++;
        count += k == i;
    }
    return count;
}

static void put_title(const Page *p, Span title)
{
    const Result *r = p->r;

    if (!r->assignment_count) {
        buf_visible(p->out, title);
        return;
    }
    put_count(p, count_strategies(r), "strategy", "strategies");
    buf_str(p->out, " in ");
    put_count(p, r->wallet_count, "wallet", "wallets");
}

static void put_head(const Page *p, Span title)
{
    const Result *r = p->r;

    colour(p, BOLD);
    put_title(p, title);
    colour(p, PLAIN);
    for (uint32_t i = 0; i < r->market_count; i++) {
        buf_str(p->out, i ? ", " : " on ");
        buf_visible(p->out, r->markets[i].venue);
        buf_char(p->out, ' ');
        buf_visible(p->out, r->markets[i].selector);
    }
    buf_str(p->out, "\n");
    date_put(p->out, r->totals.start_us, DATE_MINUTE);
    buf_str(p->out, " to ");
    date_put(p->out, r->totals.end_us, DATE_MINUTE);
    buf_str(p->out, " UTC: ");
    put_count(p, r->totals.ticks, "tick", "ticks");
    if (r->totals.slots) {
        buf_str(p->out, ", ");
        put_count(p, r->totals.slots, "slot", "slots");
        buf_fmt(p->out, ", %llu of them traded", (unsigned long long)r->totals.slots_traded);
    }
    if (r->assignment_count > 1)
        buf_str(p->out, r->is_shared_book ? "; one book for all" : "; each with a book of its own");
    buf_str(p->out, "\n\n");
}

/* ---- several at once ----------------------------------------------------------------------------- */

enum { ROWS_SHOWN = 20, NAME_WIDTH = 16 };

/* Cut where it is too long to stand in a column, with a dot for what is missing. */
static void put_name(const Page *p, Span name)
{
    Buf cell = {0};
    char room[3 * NAME_WIDTH + 1]; /* U+FFFD has three bytes */

    buf_init_fixed(&cell, room, sizeof room);
    buf_visible(&cell, name.len > NAME_WIDTH ? span_sub(name, 0, NAME_WIDTH - 1) : name);
    if (name.len > NAME_WIDTH) buf_char(&cell, '.');
    buf_fmt(p->out, "%-*S ", NAME_WIDTH, buf_span(&cell));
}

static void put_column(const Page *p, int width, int64_t micros, bool is_gain)
{
    char room[32];
    Page cell = {.r = p->r};
    Buf text;

    buf_init_fixed(&text, room, sizeof room);
    cell.out = &text;
    if (is_gain)
        put_gain(&cell, micros);
    else
        put_money(&cell, micros);
    if (is_gain) colour(p, micros > 0 ? GOOD : micros < 0 ? BAD : PLAIN);
    buf_fmt(p->out, "%*S", width, buf_span(&text));
    if (is_gain) colour(p, PLAIN);
}

static void put_share(const Page *p, double x)
{
    char room[32];
    Buf text;

    buf_init_fixed(&text, room, sizeof room);
    put_percent(&(Page){.out = &text, .r = p->r}, x, 1);
    buf_fmt(p->out, "%9S", buf_span(&text));
}

static void put_more(const Page *p, uint32_t count)
{
    if (count > ROWS_SHOWN) buf_fmt(p->out, "  and %u more; --json has all\n", count - ROWS_SHOWN);
    buf_str(p->out, "\n");
}

static void put_assignments(const Page *p)
{
    const Result *r = p->r;

    colour(p, FAINT);
    buf_str(p->out,
            "  strategy         wallet            trades      won   filled      profit       "
            "fees   drawdown  verdict\n");
    colour(p, PLAIN);
    for (uint32_t i = 0; i < r->assignment_count && i < ROWS_SHOWN; i++) {
        const ResultAssignment *a = &r->assignments[i];
        const ResultTotals *t = &a->result->totals;

        buf_str(p->out, "  ");
        put_name(p, a->strategy);
        put_name(p, r->wallets[a->wallet].name);
        buf_fmt(p->out, "%7llu", (unsigned long long)t->trades);
        put_share(p, t->win_rate);
        put_share(p, t->fill_rate);
        put_column(p, 12, t->pnl_micros, true);
        put_column(p, 11, t->fees_micros, false);
        put_column(p, 11, t->drawdown_micros, false);
        buf_fmt(p->out, "  %s\n", verdict_name(a->result->judgement.verdict));
    }
    put_more(p, r->assignment_count);
}

static void put_wallets(const Page *p)
{
    const Result *r = p->r;

    colour(p, FAINT);
    buf_str(
        p->out,
        "  wallet                  start         end      profit   drawdown  at risk at most\n");
    colour(p, PLAIN);
    for (uint32_t i = 0; i < r->wallet_count && i < ROWS_SHOWN; i++) {
        const ResultTotals *t = &r->wallets[i].totals;

        buf_str(p->out, "  ");
        put_name(p, r->wallets[i].name);
        put_column(p, 12, t->start_cash_micros, false);
        put_column(p, 12, t->end_equity_micros, false);
        put_column(p, 12, t->pnl_micros, true);
        put_column(p, 11, t->drawdown_micros, false);
        put_column(p, 17, t->exposure_max_micros, false);
        buf_str(p->out, "\n");
    }
    put_more(p, r->wallet_count);
}

static void put_several(const Page *p)
{
    if (!p->r->assignment_count) return;
    put_assignments(p);
    if (p->r->wallet_count > 1 || p->r->assignment_count > 1) put_wallets(p);
    buf_str(p->out, "  all together\n");
}

static void put_profit(const Page *p)
{
    const ResultTotals *t = &p->r->totals;

    line(p, "profit");
    put_gain(p, t->pnl_micros);
    buf_str(p->out, " (");
    put_percent(p, t->profit, 2);
    buf_str(p->out, " of ");
    put_money(p, t->start_cash_micros);
    buf_str(p->out, "), fees ");
    put_money(p, t->fees_micros);
    buf_str(p->out, "\n");
}

static void put_trades(const Page *p)
{
    const ResultTotals *t = &p->r->totals;

    line(p, "trades");
    buf_fmt(p->out, "%llu closed, ", (unsigned long long)t->trades);
    put_percent(p, t->win_rate, 1);
    buf_str(p->out, " of them won; won ");
    put_money(p, t->won_micros);
    buf_str(p->out, ", lost ");
    put_money(p, -t->lost_micros);
    buf_str(p->out, "\n");
    if (!t->open_trades) return;
    line(p, "");
    buf_fmt(p->out, "%llu never ended in this data: ", (unsigned long long)t->open_trades);
    put_gain(p, t->pnl_micros - t->realised_micros);
    buf_str(p->out, " of the profit, at the last quotes\n");
}

static void put_fall(const Page *p)
{
    const ResultTotals *t = &p->r->totals;

    line(p, "drawdown");
    put_money(p, t->drawdown_micros);
    buf_str(p->out, " (");
    put_percent(p, t->drawdown, 1);
    buf_str(p->out, ")");
    if (t->drawdown_micros) {
        buf_str(p->out, ", ");
        date_put(p->out, t->peak_us, DATE_MINUTE);
        buf_str(p->out, " to ");
        date_put(p->out, t->bottom_us, DATE_MINUTE);
    }
    buf_str(p->out, "\n");
}

static void put_orders(const Page *p)
{
    const ResultTotals *t = &p->r->totals;

    line(p, "orders");
    buf_fmt(p->out, "%llu sent: %llu filled, %llu in part, %llu not", (unsigned long long)t->orders,
            (unsigned long long)t->filled, (unsigned long long)t->partial,
            (unsigned long long)t->unfilled);
    if (t->rejected) buf_fmt(p->out, "; %llu rejected", (unsigned long long)t->rejected);
    if (t->skipped) buf_fmt(p->out, "; %llu more refused here", (unsigned long long)t->skipped);
    if (t->broken) buf_fmt(p->out, "; promises broken %llu times", (unsigned long long)t->broken);
    buf_str(p->out, "\n");
}

static void put_slippage(const Page *p)
{
    const ResultTotals *t = &p->r->totals;

    line(p, "slippage");
    put_money(p, t->slip_mid_micros);
    buf_str(p->out, " against the middle, ");
    put_money(p, t->slip_touch_micros);
    buf_str(p->out, " against the quote it saw; turnover ");
    put_number(p, t->turnover, 1);
    buf_str(p->out, " times the cash\n");
}

static void put_exposure(const Page *p)
{
    const ResultTotals *t = &p->r->totals;

    line(p, "at risk");
    put_money(p, t->exposure_mean_micros);
    buf_str(p->out, " on average, ");
    put_money(p, t->exposure_max_micros);
    buf_str(p->out, " at most; something held ");
    put_percent(p, t->held, 0);
    buf_str(p->out, " of the time\n");
}

static void put_band(const Page *p)
{
    line(p, "fills");
    for (int i = 0; i < MODELS; i++) {
        buf_fmt(p->out, "%s%s%s ", i ? "   " : "", fill_model_name((FillModel)i),
                i == (int)p->r->model ? "*" : "");
        put_gain(p, p->r->band[i].pnl_micros);
    }
    buf_fmt(p->out, "   (latency %lld ms, up to %lld more)\n", (long long)(p->r->order_us / 1000),
            (long long)(p->r->jitter_us / 1000));
}

static void put_sharpe(const Page *p)
{
    const ResultJudgement *j = &p->r->judgement;
    const char *period = j->is_hourly ? "an hour" : "a slot";

    line(p, "Sharpe");
    put_number(p, j->sharpe, 3);
    buf_str(p->out, " +- ");
    put_number(p, j->sharpe_error, 3);
    buf_fmt(p->out, " %s; above 0 with ", period);
    put_percent(p, j->probabilistic, 1);
    buf_str(p->out, ", above luck in ");
    put_count(p, j->trials, "trial", "trials");
    buf_str(p->out, " with ");
    put_percent(p, j->deflated, 1);
    buf_str(p->out, "\n");
}

static void put_track(const Page *p)
{
    const ResultJudgement *j = &p->r->judgement;
    const char *periods = j->is_hourly ? "hours" : "slots";

    line(p, "");
    if (num_is_known(j->track_needed)) {
        buf_str(p->out, "needs ");
        put_number(p, num_ceil(j->track_needed), 0);
        buf_fmt(p->out, " %s to be sure of that at 95 %%, has %llu\n", periods,
                (unsigned long long)j->periods);
    } else {
        buf_fmt(p->out, "no number of %s like these would make it sure; has %llu\n", periods,
                (unsigned long long)j->periods);
    }
}

static void put_chance(const Page *p)
{
    const ResultJudgement *j = &p->r->judgement;
    double n = (double)j->periods;

    line(p, "by chance");
    buf_str(p->out, "profit ");
    put_dollars(p, j->mean_band.low * n);
    buf_str(p->out, " to ");
    put_dollars(p, j->mean_band.high * n);
    buf_fmt(p->out, " with other %s like these; drawdown ", j->is_hourly ? "hours" : "slots");
    put_dollars(p, j->fall_band.low);
    buf_str(p->out, " to ");
    put_dollars(p, j->fall_band.high);
    buf_str(p->out, " with trades shuffled\n");
}

/* What mattered in this run and is not modelled. */
static void put_unsure(const Page *p)
{
    const char *label = "not modelled";

    for (int i = 0; i < RECEIPTS; i++) {
        const ReceiptRow *row = &p->r->receipt[i];

        if (row->is_modelled || !row->count) continue;
        line(p, label);
        buf_fmt(p->out, "%llu %s\n", (unsigned long long)row->count, row->sentence);
        label = "";
    }
}

/* ---- prices -------------------------------------------------------------------------------------- */

static void put_cell(const Page *p, double x, int places, int width, const char *unit)
{
    char room[64];
    Buf cell;

    buf_init_fixed(&cell, room, sizeof room);
    if (num_is_known(x)) {
        num_fixed(&cell, x, places);
        buf_str(&cell, unit);
    } else {
        buf_char(&cell, '?');
    }
    buf_fmt(p->out, "%*S", width, buf_span(&cell));
}

static void put_price_row(const Page *p, int i)
{
    const ResultPriceRow *row = &p->r->prices[i];

    if (!row->trades) return;
    buf_fmt(p->out, "    %2d-%dc%s%9llu", i * 10, i * 10 + 10, i == RESULT_PRICES - 1 ? " " : "  ",
            (unsigned long long)row->trades);
    put_cell(p, row->price * 100, 1, 10, "c");
    put_cell(p, row->break_even * 100, 1, 12, " %");
    put_cell(p, row->win_rate * 100, 1, 10, " %");
    buf_str(p->out, "   ");
    put_gain(p, row->pnl_micros);
    buf_str(p->out, "\n");
}

static void put_prices(const Page *p)
{
    const ResultJudgement *j = &p->r->judgement;

    if (!j->brier_count) return;
    buf_str(p->out, "\n");
    colour(p, FAINT);
    buf_str(p->out, "  bought at     trades   average   break even came true   profit\n");
    colour(p, PLAIN);
    for (int i = 0; i < RESULT_PRICES; i++)
        put_price_row(p, i);
    buf_str(p->out, "  Brier score of these prices ");
    put_number(p, j->brier, 4);
    buf_str(p->out, " (knowing only how many won: ");
    put_number(p, j->brier_base, 4);
    buf_str(p->out, ")\n");
}

static void put_verdict(const Page *p)
{
    VerdictId v = p->r->judgement.verdict;

    buf_str(p->out, "\n");
    colour(p, v == VERDICT_WORTHY ? GOOD : BOLD);
    buf_str(p->out, verdict_sentence(v));
    colour(p, PLAIN);
    buf_str(p->out, "\n");
}

void summary_put(Buf *out, const Result *r, Span title, bool has_colour)
{
    Page p = {out, r, has_colour};

    put_head(&p, title);
    put_several(&p);
    put_profit(&p);
    put_trades(&p);
    put_fall(&p);
    put_orders(&p);
    put_slippage(&p);
    put_exposure(&p);
    put_band(&p);
    put_sharpe(&p);
    put_track(&p);
    put_chance(&p);
    put_unsure(&p);
    put_prices(&p);
    put_verdict(&p);
}
