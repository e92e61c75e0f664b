/* book.c — see book.h. */
#include "runtime/market/book.h"

#include <string.h>

#include "vm/base/fixed.h"

#define MICROS_MAX (BOOK_MICROS_MAX * FX_ONE)

void book_init(Book *b, uint32_t depth, bool is_mirrored, Arena *arena)
{
    *b = (Book){.depth = depth ? depth : 1, .is_mirrored = is_mirrored, .is_stale = true};
    for (int end = 0; end < BOOK_ENDS; end++) {
        b->side[end].levels = arena_array(arena, BookLevel, b->depth);
        b->side[end].is_cut = true;
    }
}

static void forget(Book *b)
{
    for (int end = 0; end < BOOK_ENDS; end++) {
        b->side[end].count = 0;
        b->side[end].is_cut = true;
    }
    b->is_stale = true;
}

/* ---- levels ------------------------------------------------------------------------------------ */

static bool is_possible(const Book *b, BookLevel l)
{
    int64_t top = b->is_mirrored ? FX_ONE : MICROS_MAX;

    if (l.price_micros <= 0 || l.price_micros >= top) return false;
    return l.size_micros == MICROS_UNKNOWN || (l.size_micros >= 0 && l.size_micros < MICROS_MAX);
}

/* Where the price is, or would be. */
static uint32_t place_of(const Ladder *l, BookEnd end, int64_t price)
{
    uint32_t low = 0, high = l->count;

    while (low < high) {
        uint32_t mid = (low + high) / 2;

        if (book_is_better(end, l->levels[mid].price_micros, price))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_at(const Ladder *l, uint32_t at, int64_t price)
{
    return at < l->count && l->levels[at].price_micros == price;
}

static void remove_level(Ladder *l, uint32_t at)
{
    l->count--;
    memmove(&l->levels[at], &l->levels[at + 1], (l->count - at) * sizeof l->levels[0]);
}

/* Without room the worst level goes, and with it the certainty that there is nothing behind. */
static void insert_level(Ladder *l, uint32_t at, uint32_t depth, BookLevel level)
{
    if (l->count == depth) {
        l->is_cut = true;
        if (at == depth) return;
        l->count--;
    }
    memmove(&l->levels[at + 1], &l->levels[at], (l->count - at) * sizeof l->levels[0]);
    l->levels[at] = level;
    l->count++;
}

static void put_level(Book *b, BookEnd end, BookLevel level)
{
    Ladder *l = &b->side[end];
    uint32_t at = place_of(l, end, level.price_micros);

    if (!is_at(l, at, level.price_micros)) {
        if (level.size_micros) insert_level(l, at, b->depth, level);
    } else if (level.size_micros) {
        l->levels[at] = level;
    } else {
        remove_level(l, at);
    }
}

static BookLevel turned(const Book *b, uint8_t outcome, BookLevel level)
{
    level.price_micros = book_turn_price(b, outcome, level.price_micros);
    return level;
}

/* ---- news -------------------------------------------------------------------------------------- */

static bool take_snapshot(Book *b, const BookNews *n)
{
    for (int end = 0; end < BOOK_ENDS; end++)
        for (uint32_t i = 0; i < n->counts[end]; i++)
            if (!is_possible(b, n->levels[end][i])) return false;
    forget(b);
    for (int end = 0; end < BOOK_ENDS; end++) {
        BookEnd to = book_turn_end(b, n->outcome, (BookEnd)end);

        b->side[to].is_cut = n->is_cut;
        for (uint32_t i = 0; i < n->counts[end]; i++)
            put_level(b, to, turned(b, n->outcome, n->levels[end][i]));
    }
    b->is_stale = false;
    b->epoch = n->epoch;
    return true;
}

static bool take_delta(Book *b, const BookNews *n)
{
    if (b->is_stale || n->epoch != b->epoch || !is_possible(b, n->level)) return false;
    put_level(b, book_turn_end(b, n->outcome, (BookEnd)n->end), turned(b, n->outcome, n->level));
    return true;
}

static bool take_grid(Book *b, const BookNews *n)
{
    if (n->level.price_micros <= 0 || n->level.price_micros >= MICROS_MAX) return false;
    b->tick_micros = n->level.price_micros;
    b->is_stale = true;
    return true;
}

static bool take(Book *b, const BookNews *n)
{
    if (n->outcome >= OUTCOMES || n->end >= BOOK_ENDS) return false;
    switch (n->kind) {
    case NEWS_SNAPSHOT:
        return take_snapshot(b, n);
    case NEWS_DELTA:
        return take_delta(b, n);
    case NEWS_TRADE:
        return is_possible(b, n->level);
    case NEWS_GRID:
        return take_grid(b, n);
    case NEWS_GAP:
        b->is_stale = true;
        return true;
    case NEWS_OPEN:
        b->tick_micros = 0;
        forget(b);
        return true;
    case NEWS_CLOSE:
        return true;
    default:
        return false;
    }
}

bool book_apply(Book *b, const BookNews *news)
{
    bool is_taken = take(b, news);

    b->refused += !is_taken;
    if (!is_taken && news->kind == NEWS_SNAPSHOT) b->is_stale = true;
    return is_taken;
}

/* ---- ticks ------------------------------------------------------------------------------------- */

/* Levels of one side of a tick up to the first that is not there, or does not get worse; an ask of a
 * dollar or a bid of nothing is how some recorders write an empty side. */
static uint32_t side_levels(const BookSide *side, BookEnd end, bool is_turned, int64_t top,
                            BookLevel *to)
{
    uint32_t n = 0;

    while (n < BOOK_LEVELS && side->price_micros[n] > 0 && side->price_micros[n] < top) {
        int64_t price = is_turned ? FX_ONE - side->price_micros[n] : side->price_micros[n];

        if (n && !book_is_better(end, to[n - 1].price_micros, price)) break;
        to[n] = (BookLevel){price, side->size_micros[n]};
        n++;
    }
    return n;
}

static uint32_t join(const BookSide *own, const BookSide *mirror, BookEnd end, BookLevel *to)
{
    BookLevel other[BOOK_LEVELS];
    uint32_t n = side_levels(own, end, false, mirror ? FX_ONE : MICROS_MAX, to), m = 0;

    if (mirror) m = side_levels(mirror, end, true, FX_ONE, other);
    if (!m) return n;
    if (n && book_is_better(end, other[0].price_micros, to[0].price_micros)) return n;
    if (n && other[0].price_micros == to[0].price_micros && to[0].size_micros != MICROS_UNKNOWN)
        return n;
    memcpy(to, other, m * sizeof other[0]);
    return m;
}

BookNews book_news_of_tick(const TickData *t, uint8_t market, bool is_mirrored, int64_t ts_us,
                           TickLevels *levels)
{
    BookNews n = {.ts_us = ts_us, .kind = NEWS_SNAPSHOT, .market = market, .is_cut = true};

    n.counts[BOOK_BID] =
        join(&t->bid[0], is_mirrored ? &t->ask[1] : NULL, BOOK_BID, levels->levels[BOOK_BID]);
    n.counts[BOOK_ASK] =
        join(&t->ask[0], is_mirrored ? &t->bid[1] : NULL, BOOK_ASK, levels->levels[BOOK_ASK]);
    n.levels[BOOK_BID] = levels->levels[BOOK_BID];
    n.levels[BOOK_ASK] = levels->levels[BOOK_ASK];
    return n;
}

/* ---- questions --------------------------------------------------------------------------------- */

int64_t book_size_at(const Book *b, BookEnd end, int64_t price_micros)
{
    const Ladder *l = &b->side[end];
    uint32_t at = place_of(l, end, price_micros);

    if (is_at(l, at, price_micros)) return l->levels[at].size_micros;
    return at < l->count || !l->is_cut ? 0 : BOOK_UNSEEN;
}

bool book_is_crossed(const Book *b)
{
    const Ladder *bids = &b->side[BOOK_BID], *asks = &b->side[BOOK_ASK];

    return bids->count && asks->count &&
           bids->levels[0].price_micros > asks->levels[0].price_micros;
}
