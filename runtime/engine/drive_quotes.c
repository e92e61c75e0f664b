/* drive_quotes.c — events at which a `while` is open and asks for quotes that stand already.
 *
 * What quotes ask for comes from columns; the engine says of a price whether the order that rests
 * would be replaced, and what it said holds for all prices between two of which it is true.
 * Promise: no event at which a quote is sent, replaced or taken down is missed. */
#include "runtime/engine/drive_columns_inside.h"
#include "vm/base/num.h"

static void forget(QuoteRange quotes[][2], uint32_t count)
{
    static const QuoteRange nothing = {.low = 1};

    for (uint32_t q = 0; q < count; q++)
        quotes[q][0] = quotes[q][1] = nothing;
}

void drive_quotes_begin(DriveColumns *d)
{
    forget(d->quotes, columns_quote_count(d->columns));
    if (d->between) forget(d->quotes_between, columns_quote_count(d->between->columns));
}

static bool is_wanted(const QuoteSide *s)
{
    return s->size > 0 && num_is_known(s->price);
}

/* By bits, for a quote without `refresh` has an unknown one. */
static bool is_same_quote(const QuoteRange *r, const QuoteSide *s)
{
    return s->size == r->size && num_bits(s->refresh) == num_bits(r->refresh);
}

static bool is_within(const QuoteRange *r, const QuoteSide *s)
{
    if (!is_wanted(s)) return r->has_none;
    return s->price >= r->low && s->price <= r->high && is_same_quote(r, s);
}

static void extend(QuoteRange *r, const QuoteSide *s, const QuoteStand *stand)
{
    if (!is_wanted(s)) {
        r->has_none = true;
        return;
    }
    if (r->low > r->high || !is_same_quote(r, s))
        *r = (QuoteRange){s->price, s->price, s->size, s->refresh, r->has_none};
    if (stand->low < r->low) r->low = stand->low;
    if (stand->high > r->high) r->high = stand->high;
}

static bool stands(DriveColumns *d, QuoteRange *r, const QuoteSide *s)
{
    QuoteStand stand;

    if (is_within(r, s)) return true;
    d->counts.asked++;
    stand = engine_quote_stands(d->engine, s);
    if (stand.is_same) extend(r, s, &stand);
    return stand.is_same;
}

/* Where the columns have an event that is named by a tick. */
static uint32_t place_of(const DriveColumns *d, bool is_between, uint64_t event)
{
    return (uint32_t)(is_between ? __builtin_popcountll(d->between->bits & (event - 1))
                                 : __builtin_ctzll(event));
}

/* The first of those events at which the quote changes. */
static uint64_t change(DriveColumns *d, bool is_between, uint32_t quote, uint64_t events)
{
    const WakeQuote *w = &(is_between ? &d->between->wakes : &d->wakes)->quotes[quote];
    ColumnQuote q = columns_quote(is_between ? d->between->columns : d->columns, quote);
    QuoteRange *r = is_between ? d->quotes_between[quote] : d->quotes[quote];

    for (; events; events &= events - 1) {
        uint64_t event = events & -events;
        uint32_t i = place_of(d, is_between, event);
        QuoteSide bid = {w->action, w->token, false, q.bid[i], q.bid_size[i], q.refresh[i]};
        QuoteSide ask = {w->action, w->token, true, q.ask[i], q.ask_size[i], q.refresh[i]};

        if (!stands(d, &r[0], &bid) || !stands(d, &r[1], &ask)) return event;
    }
    return 0;
}

uint64_t drive_quotes_matter(DriveColumns *d, bool is_between, uint32_t wake, uint64_t open)
{
    const Wakes *w = is_between ? &d->between->wakes : &d->wakes;
    const Columns *c = is_between ? d->between->columns : d->columns;
    uint64_t first = 0;

    if (!open || !w->rows[wake].is_quotes || columns_quote_count(c) != w->quote_count) return open;
    for (uint32_t i = 0; i < w->quote_count; i++) {
        uint64_t at;

        if (w->quotes[i].wake != wake) continue;
        at = change(d, is_between, i, first ? open & (first - 1) : open);
        if (at) first = at;
    }
    return first;
}
