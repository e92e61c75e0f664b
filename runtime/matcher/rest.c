/* rest.c — orders that rest: their queue, and what fills them (decision 0045, 6 and 7). */
#include "runtime/matcher/inside.h"
#include "vm/base/fixed.h"

/* What one piece of evidence has given away already at the price it is about. */
typedef struct Evidence {
    int64_t volume, used;
} Evidence;

/* ---- queues -------------------------------------------------------------------------------------- */

static bool is_best(const Book *b, BookEnd end, int64_t price)
{
    return b->side[end].count && b->side[end].levels[0].price_micros == price;
}

static void see(const Pit *pit, Placed *p, int64_t size)
{
    p->shown = size < 0 ? AHEAD_UNKNOWN : size;
    p->traded = 0;
    p->was_best = is_best(pit->is.book, p->end, p->price);
}

/* Looks at the price again: the queue moves; returns what faded from it and counts as traded. */
static int64_t look(const Pit *pit, Placed *p)
{
    int64_t size = book_size_at(pit->is.book, p->end, p->price), was = p->shown, faded = 0;
    int64_t stood = was > p->traded ? was - p->traded : 0;
    bool was_best = p->was_best;

    see(pit, p, size);
    if (size < 0) return 0;
    if (p->ahead == AHEAD_UNKNOWN) p->ahead = size;
    if (was >= 0 && size < stood) {
        if (!pit->is.has_trades && was_best)
            faded = stood - size;
        else
            (void)fx_muldiv(p->ahead, size, stood, FX_UP, &p->ahead);
    }
    if (!faded && p->ahead > size) p->ahead = size;
    return faded;
}

static size_t place_for(const Pit *pit, const Placed *p)
{
    size_t at = pit->resting[p->end].count;

    while (at && book_is_better(p->end, p->price, pit->resting[p->end].items[at - 1].price))
        at--;
    return at;
}

bool rest_add(Matcher *m, Pit *pit, Placed *p, int64_t ts_us)
{
    size_t at = place_for(pit, p);
    int64_t size;

    if (!vec_reserve(m->arena, &pit->resting[p->end], 1)) return false;
    if (!vec_reserve(m->arena, &m->answers, ANSWERS_EACH * (rest_count(pit) + 1))) return false;
    answer_state(m, p, ts_us, ORDER_LIVE);
    size = book_is_good(pit->is.book) ? book_size_at(pit->is.book, p->end, p->price) : BOOK_UNSEEN;
    see(pit, p, size);
    p->ahead = p->shown;
    m->counts[size < 0 ? RECEIPT_UNSEEN : RECEIPT_QUEUED] += size != 0;
    pit->resting[p->end].count++;
    memmove(&pit->resting[p->end].items[at + 1], &pit->resting[p->end].items[at],
            (pit->resting[p->end].count - at - 1) * sizeof *p);
    pit->resting[p->end].items[at] = *p;
    if (p->order.expires_us < m->expires_us) m->expires_us = p->order.expires_us;
    return true;
}

/* ---- evidence ------------------------------------------------------------------------------------ */

/* Somebody traded at the order's price, or beyond it: what that gives the order. */
static void fill_by_volume(Matcher *m, Placed *p, Evidence *e, bool beyond, ReceiptId why,
                           int64_t ts_us)
{
    int64_t room = e->volume - e->used;

    if (beyond) p->ahead = 0;
    if (m->config.model == MODEL_PESSIMISTIC && !beyond) room = 0;
    if (m->config.model == MODEL_QUEUE) room = p->ahead < 0 ? 0 : room - p->ahead;
    if (p->ahead > 0) p->ahead -= p->ahead < e->volume ? p->ahead : e->volume;
    if (room > p->left) room = p->left;
    if (room <= 0) return;
    e->used += room;
    m->counts[why]++;
    answer_fill(m, p, ts_us, p->price, room, true);
}

static void drop_filled(Pit *pit, BookEnd end)
{
    size_t kept = 0;

    for (size_t i = 0; i < pit->resting[end].count; i++)
        if (pit->resting[end].items[i].left)
            pit->resting[end].items[kept++] = pit->resting[end].items[i];
    vec_truncate(&pit->resting[end], kept);
}

static void end_on_book(Matcher *m, Pit *pit, BookEnd end, int64_t ts_us)
{
    Evidence fade = {0, 0}; /* of the best level, which alone can fade */

    for (size_t i = 0; i < pit->resting[end].count; i++) {
        Placed *p = &pit->resting[end].items[i];

        fade.volume = look(pit, p);
        if (fade.volume) fill_by_volume(m, p, &fade, false, RECEIPT_FADED, ts_us);
        if (p->left) take_crossing(m, pit, p, m->config.model == MODEL_PESSIMISTIC, ts_us);
    }
    drop_filled(pit, end);
}

void rest_on_book(Matcher *m, Pit *pit, int64_t ts_us)
{
    if (!rest_count(pit)) return;
    end_on_book(m, pit, BOOK_BID, ts_us);
    end_on_book(m, pit, BOOK_ASK, ts_us);
}

/* A size nobody wrote down is enough for `touch` alone. */
static int64_t volume_of(Matcher *m, const BookNews *news)
{
    int64_t size = news->level.size_micros;

    if (size != MICROS_UNKNOWN) return size;
    m->counts[m->config.model == MODEL_TOUCH ? RECEIPT_GUESSED : RECEIPT_WITHHELD]++;
    return m->config.model == MODEL_TOUCH ? INT64_MAX : 0;
}

void rest_on_trade(Matcher *m, Pit *pit, const BookNews *news)
{
    const Book *b = pit->is.book;
    int64_t price = book_turn_price(b, news->outcome, news->level.price_micros);
    BookEnd end = (BookEnd)(1 - (int)book_turn_end(b, news->outcome, (BookEnd)news->end));
    Evidence trade = {0, 0};

    if (!pit->resting[end].count) return;
    trade.volume = volume_of(m, news);
    for (size_t i = 0; i < pit->resting[end].count; i++) {
        Placed *p = &pit->resting[end].items[i];

        if (!price_reaches(end, p->price, price)) break;
        if (p->price == price && p->traded < INT64_MAX - trade.volume) p->traded += trade.volume;
        fill_by_volume(m, p, &trade, p->price != price, RECEIPT_TRADED, news->ts_us);
    }
    drop_filled(pit, end);
}

void rest_forget(Pit *pit)
{
    for (int end = 0; end < BOOK_ENDS; end++)
        for (size_t i = 0; i < pit->resting[end].count; i++)
            pit->resting[end].items[i].shown = AHEAD_UNKNOWN;
}

/* ---- ends ---------------------------------------------------------------------------------------- */

size_t rest_count(const Pit *pit)
{
    return pit->resting[BOOK_BID].count + pit->resting[BOOK_ASK].count;
}

static void end_one(Matcher *m, Pit *pit, BookEnd end, size_t at, OrderState state, int64_t ts_us)
{
    Placed *p = &vec_at(&pit->resting[end], at);

    answer_state(m, p, ts_us, state);
    pit->resting[end].count--;
    memmove(p, p + 1, (pit->resting[end].count - at) * sizeof *p);
}

bool rest_cancel(Matcher *m, Pit *pit, uint32_t owner, uint64_t id, int64_t ts_us)
{
    for (int end = 0; end < BOOK_ENDS; end++)
        for (size_t i = 0; i < pit->resting[end].count; i++) {
            const MatcherOrder *o = &pit->resting[end].items[i].order;

            if (o->id != id || o->owner != owner) continue;
            end_one(m, pit, (BookEnd)end, i, ORDER_CANCELLED, ts_us);
            return true;
        }
    return false;
}

bool rest_end_oldest(Matcher *m, Pit *pit, int64_t expires_us, OrderState state, int64_t ts_us)
{
    const Placed *oldest = NULL;
    BookEnd from = BOOK_BID;

    for (int end = 0; end < BOOK_ENDS; end++)
        for (size_t i = 0; i < pit->resting[end].count; i++) {
            const Placed *p = &pit->resting[end].items[i];

            if (p->order.expires_us > expires_us || (oldest && oldest->serial < p->serial))
                continue;
            oldest = p;
            from = (BookEnd)end;
        }
    if (!oldest) return false;
    end_one(m, pit, from, (size_t)(oldest - pit->resting[from].items), state, ts_us);
    return true;
}

void rest_note_expiry(Matcher *m)
{
    m->expires_us = INT64_MAX;
    for (uint32_t i = 0; i < m->config.market_count; i++)
        for (int end = 0; end < BOOK_ENDS; end++)
            for (size_t k = 0; k < m->pits[i].resting[end].count; k++) {
                int64_t at = m->pits[i].resting[end].items[k].order.expires_us;

                if (at < m->expires_us) m->expires_us = at;
            }
}
