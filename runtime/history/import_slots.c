/* import_slots.c — the slots of a recording: how they ended, how they are covered, and whether a column knows
 * the winner before it can. */
#include "runtime/history/import_inside.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/hash.h"

enum { LEAK_SLOTS = 30, LEAK_FEWEST = 3, LEAK_WORDS = 8, EARLY_PART = 10 };

Slot *import_slot(Import *im, Stream *s, int64_t start_us, int64_t length_us)
{
    MapNode *n;
    Slot *slot;

    if (s->slot && s->slot->start_us == start_us) return s->slot;
    n = mapnum_find(&s->slots, (uint64_t)start_us);
    if (n) return s->slot = n->ptr;
    slot = arena_new(im->arena, Slot);
    *slot = (Slot){.start_us = start_us,
                   .length_us = length_us,
                   .first_us = INT64_MAX,
                   .last_us = INT64_MIN,
                   .price_start = UNKNOWN,
                   .price_end = UNKNOWN,
                   .winner = -1};
    if (!mapnum_put_ptr(&s->slots, (uint64_t)start_us, slot)) return NULL;
    return s->slot = slot;
}

/* A feed is every column but labels, times and names. */
static bool is_feed(const CellColumn *c)
{
    if (!c) return true;
    return c->place != CELL_WINNER && c->place != CELL_SPOT_OPEN && c->place != CELL_SPOT_CLOSE &&
           c->place != CELL_SYMBOL && c->place != CELL_SLOT_S && c->place != CELL_SLOT_LENGTH_S &&
           !cell_is_time(c);
}

static double early_value(Import *im, uint32_t i)
{
    double x;

    if (!im->cells[i].len || !is_feed(im->columns[i])) return UNKNOWN;
    if (num_parse(im->cells[i], &x)) return x;
    im->is_text[i] = true;
    return (double)(hash_span(im->cells[i]) >> 12);
}

void import_slot_row(Import *im, Stream *s, Slot *slot, bool is_outside)
{
    const CellRow *r = &im->row;
    double *early;

    (void)s;
    slot->ticks += !is_outside;
    slot->outside += is_outside;
    if (r->row.ts_us < slot->first_us) slot->first_us = r->row.ts_us;
    if (r->row.ts_us > slot->last_us) slot->last_us = r->row.ts_us;
    if (slot->early || is_outside || r->row.ts_us >= slot->start_us + slot->length_us / EARLY_PART)
        return;
    early = arena_array(im->arena, double, im->column_count);
    for (uint32_t i = 0; i < im->column_count && early; i++)
        early[i] = early_value(im, i);
    slot->early = early;
}

/* ---- results --------------------------------------------------------------------------------------- */

static void put_known(Buf *out, double x)
{
    buf_char(out, ',');
    if (num_is_known(x)) buf_num(out, x);
}

static void put_seconds(Buf *out, const Slot *slot, int64_t us)
{
    buf_char(out, ',');
    if (slot->ticks + slot->outside) fx_put_short(out, us - slot->start_us, FX_PLACES);
}

void import_slots_put(const Stream *s, Buf *text)
{
    MapIter it = mapnum_iter(&s->slots);

    buf_str(text,
            "slot_ts,slot_duration,winner,price_start,price_end,ticks,outside,first_s,last_s\n");
    for (MapNode *n; (n = map_next(&it));) {
        const Slot *slot = n->ptr;

        fx_put_short(text, slot->start_us, FX_PLACES);
        buf_char(text, ',');
        fx_put_short(text, slot->length_us, FX_PLACES);
        buf_str(text, slot->winner < 0 ? "," : slot->winner ? ",down" : ",up");
        put_known(text, slot->price_start);
        put_known(text, slot->price_end);
        buf_fmt(text, ",%llu,%llu", (unsigned long long)slot->ticks,
                (unsigned long long)slot->outside);
        put_seconds(text, slot, slot->first_us);
        put_seconds(text, slot, slot->last_us);
        buf_char(text, '\n');
    }
}

/* ---- columns that know too much -------------------------------------------------------------------- */

typedef struct Leak {
    double low[2], high[2]; /* of each winner's slots */
    uint32_t count[2];
    struct {
        double value;
        uint8_t winners; /* bits */
    } words[LEAK_WORDS];
    uint32_t word_count; /* LEAK_WORDS + 1: too many */
} Leak;

static void leak_take(Leak *l, double x, int winner)
{
    uint32_t i = 0;

    if (!l->count[winner] || x < l->low[winner]) l->low[winner] = x;
    if (!l->count[winner] || x > l->high[winner]) l->high[winner] = x;
    l->count[winner]++;
    while (i < l->word_count && i < LEAK_WORDS && l->words[i].value != x)
        i++;
    if (i == l->word_count && l->word_count <= LEAK_WORDS) {
        l->word_count++;
        if (i < LEAK_WORDS) l->words[i].value = x;
    }
    if (i < LEAK_WORDS) l->words[i].winners = (uint8_t)(l->words[i].winners | 1u << winner);
}

/* Numbers: one side of a threshold; words: each goes with one winner only. */
static bool leak_is_one(const Leak *l, bool is_text)
{
    if (l->count[0] + l->count[1] < LEAK_SLOTS || l->count[0] < LEAK_FEWEST ||
        l->count[1] < LEAK_FEWEST)
        return false;
    if (!is_text && (l->high[0] < l->low[1] || l->high[1] < l->low[0])) return true;
    if (l->word_count > LEAK_WORDS) return false;
    for (uint32_t i = 0; i < l->word_count; i++)
        if (l->words[i].winners == 3) return false;
    return true;
}

void import_leaks(Import *im)
{
    for (uint32_t c = 0; c < im->column_count; c++) {
        Leak leak = {0};

        for (size_t k = 0; k < im->streams.count; k++) {
            MapIter it = mapnum_iter(&im->streams.items[k]->slots);

            for (MapNode *n; (n = map_next(&it));) {
                const Slot *slot = n->ptr;

                if (slot->winner >= 0 && slot->early && num_is_known(slot->early[c]))
                    leak_take(&leak, slot->early[c], slot->winner);
            }
        }
        if (leak_is_one(&leak, im->is_text[c]))
            (void)vec_push(im->arena, &im->report->leaks, im->names[c]);
    }
}
