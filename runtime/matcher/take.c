/* take.c — what can be had of the shown depth, and what has been: nothing shown is taken twice. */
#include "runtime/matcher/inside.h"

enum { TAKEN_MAX = 256 };

static Taken *taken_at(const Pit *pit, BookEnd end, int64_t price)
{
    for (size_t i = 0; i < pit->taken[end].count; i++)
        if (pit->taken[end].items[i].price == price) return &pit->taken[end].items[i];
    return NULL;
}

/* Of a level: its size less what was taken. An unknown size is enough for `touch`, else nothing. */
static int64_t available(const Matcher *m, const Pit *pit, BookEnd end, const BookLevel *level,
                         int64_t want)
{
    const Taken *t = taken_at(pit, end, level->price_micros);
    int64_t left = level->size_micros;

    if (left == MICROS_UNKNOWN) return m->config.model == MODEL_TOUCH ? want : 0;
    if (t) left -= t->taken;
    if (left < 0) left = 0;
    return left < want ? left : want;
}

bool take_reserve(Matcher *m, Pit *pit)
{
    for (int end = 0; end < BOOK_ENDS; end++) {
        size_t levels = pit->is.book->depth, left = TAKEN_MAX - pit->taken[end].count;

        if (!vec_reserve(m->arena, &pit->taken[end], levels < left ? levels : left)) return false;
    }
    return true;
}

/* Of so many prices the oldest is forgotten: it has long been out of sight. */
static void remember(Pit *pit, BookEnd end, int64_t price, int64_t size)
{
    Taken *t = taken_at(pit, end, price), *all = pit->taken[end].items;

    if (!t && pit->taken[end].count == TAKEN_MAX) {
        pit->taken[end].count--;
        memmove(all, all + 1, pit->taken[end].count * sizeof *all);
    }
    if (!t) {
        t = &all[pit->taken[end].count++];
        *t = (Taken){price, 0};
    }
    t->taken += size;
}

/* Takes up to `want` of one level; what was had. */
static int64_t take_level(Matcher *m, Pit *pit, BookEnd end, const BookLevel *level, int64_t want)
{
    int64_t part = available(m, pit, end, level, want);
    bool is_unknown = level->size_micros == MICROS_UNKNOWN;

    if (is_unknown) m->counts[part ? RECEIPT_GUESSED : RECEIPT_WITHHELD]++;
    if (part && !is_unknown) remember(pit, end, level->price_micros, part);
    return part;
}

static BookEnd other_end(BookEnd end)
{
    return (BookEnd)(1 - (int)end);
}

int64_t take_possible(const Matcher *m, const Pit *pit, const Placed *p)
{
    BookEnd from = other_end(p->end);
    const Ladder *l = &pit->is.book->side[from];
    int64_t sum = 0;

    if (!book_is_good(pit->is.book)) return 0;
    for (uint32_t i = 0; i < l->count && sum < p->left; i++) {
        if (!price_reaches(p->end, p->price, l->levels[i].price_micros)) break;
        sum += available(m, pit, from, &l->levels[i], p->left - sum);
    }
    return sum;
}

void take_levels(Matcher *m, Pit *pit, Placed *p, int64_t ts_us)
{
    BookEnd from = other_end(p->end);
    const Ladder *l = &pit->is.book->side[from];

    if (!book_is_good(pit->is.book)) return;
    for (uint32_t i = 0; i < l->count && p->left; i++) {
        const BookLevel *level = &l->levels[i];
        int64_t part;

        if (!price_reaches(p->end, p->price, level->price_micros)) break;
        part = take_level(m, pit, from, level, p->left);
        if (!part) continue;
        m->counts[RECEIPT_TAKEN]++;
        answer_fill(m, p, ts_us, level->price_micros, part, false);
    }
}

void take_crossing(Matcher *m, Pit *pit, Placed *p, bool beyond, int64_t ts_us)
{
    BookEnd from = other_end(p->end);
    const Ladder *l = &pit->is.book->side[from];
    int64_t sum = 0;

    for (uint32_t i = 0; i < l->count && sum < p->left; i++) {
        const BookLevel *level = &l->levels[i];

        if (!price_reaches(p->end, p->price, level->price_micros)) break;
        p->ahead = 0; /* whoever stood there first has been served, or has left */
        if (beyond && level->price_micros == p->price) break;
        sum += take_level(m, pit, from, level, p->left - sum);
    }
    if (!sum) return;
    m->counts[RECEIPT_CROSSED]++;
    answer_fill(m, p, ts_us, p->price, sum, true);
}

int64_t matcher_still_taken(const Book *book, BookEnd end, int64_t price_micros, int64_t taken)
{
    int64_t size = book_size_at(book, end, price_micros);

    return size >= 0 && size < taken ? size : taken;
}

void take_refresh(Pit *pit)
{
    for (int end = 0; end < BOOK_ENDS; end++) {
        size_t kept = 0;

        for (size_t i = 0; i < pit->taken[end].count; i++) {
            Taken t = pit->taken[end].items[i];

            t.taken = matcher_still_taken(pit->is.book, (BookEnd)end, t.price, t.taken);
            if (t.taken) pit->taken[end].items[kept++] = t;
        }
        vec_truncate(&pit->taken[end], kept);
    }
}

int64_t matcher_taken_at(const Matcher *m, uint8_t market, BookEnd end, int64_t price_micros)
{
    const Taken *t = taken_at(&m->pits[market], end, price_micros);

    return t ? t->taken : 0;
}

bool matcher_took(Matcher *m, uint8_t market, BookEnd end, int64_t price_micros,
                  int64_t size_micros)
{
    Pit *pit = &m->pits[market];

    if (!take_reserve(m, pit)) return false;
    remember(pit, end, price_micros, size_micros);
    return true;
}
