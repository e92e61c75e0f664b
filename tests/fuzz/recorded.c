/* recorded.c — see recorded.h. */
#include "tests/fuzz/recorded.h"

#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"

enum { DICE = 9 };

static void put_levels(BookSide *side, int64_t best, int64_t step, const uint8_t *dice)
{
    for (int i = 0; i <= dice[6] % 3; i++) {
        side->price_micros[i] = best + i * step;
        side->size_micros[i] = dice[5] ? (int64_t)(dice[5] + i) * 1500000 : MICROS_UNKNOWN;
    }
}

/* A step of a walk: small mostly, now and then anywhere. */
static void put_tick(Recording *r, TickData *tick, const uint8_t *dice)
{
    int64_t scale = r->is_coin ? INT64_C(1000000) : 10000;
    int64_t spread = dice[3] == 255 ? -2 : 1 + dice[3] % 3;

    r->price += dice[0] % 7 - 3;
    if (dice[1] < 6) r->price = dice[2];
    if (r->price < 2 || r->price > 97) r->price = 2 + dice[2] % 96;
    r->spot += dice[7] - 128;
    tick_clear(tick);
    if (dice[4] >= 4) put_levels(&tick->bid[0], r->price * scale, -scale, dice);
    if (dice[4] < 250) put_levels(&tick->ask[0], (r->price + spread) * scale, scale, dice);
    if (!r->is_coin && dice[6] < 250) tick_mirror(tick);
    if (dice[7]) tick->spot = 97000 + (double)r->spot / 4;
    if (dice[1] % 32 != 31) tick->volume_micros = (int64_t)dice[2] * 40000000;
    if (r->is_coin) tick->mark = (double)r->price;
    if (r->is_coin) tick->funding = (double)(int8_t)dice[2] / 1e5;
}

static void add_row(Recorded *all, Recording *r, const uint8_t *dice)
{
    static const int64_t steps_us[] = {0, 1000000, 250000, 1000000, 5000000, 1000000, 61000000, 1};
    TickRow *row = &r->rows[r->view.count];

    if (r->view.count == RECORDED_ROWS) return;
    all->now_us += dice[8] < 240 ? 1000000 : steps_us[dice[8] % ARRAY_LEN(steps_us)];
    put_tick(r, &row->data, dice);
    row->ts_us = all->now_us;
    row->slot_us = r->slot_us;
    row->slot_start_us = r->slot_us ? all->now_us / r->slot_us * r->slot_us : 0;
    r->view.count++;
}

/* Ticks that a generator throws: so many, so wild. */
static void add_burst(Recorded *all, Recording *r, uint8_t count, uint8_t seed)
{
    uint64_t calm = seed % 4 ? UINT64_C(0x4040404040404040) : 0;
    Rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < count; i++) {
        uint8_t dice[DICE] = {0};
        uint64_t thrown = rng_u64(&rng) | calm;

        memcpy(dice, &thrown, sizeof thrown);
        if (!calm) dice[DICE - 1] = (uint8_t)rng_below(&rng, 256);
        add_row(all, r, dice);
    }
}

static void add_labels(Recording *r)
{
    for (size_t i = 0; i < r->view.count; i++) {
        const TickRow *row = &r->rows[i];
        SlotLabel *last = r->view.label_count ? &r->labels[r->view.label_count - 1] : NULL;
        int64_t number = row->slot_us ? row->slot_start_us / row->slot_us : 0;

        if (!row->slot_us || (last && last->slot_start_us == row->slot_start_us)) continue;
        r->labels[r->view.label_count++] = (SlotLabel){row->slot_start_us, row->slot_us,
                                                       (int8_t)(number % 4 < 2 ? number % 2 : -1),
                                                       number % 3 ? row->data.spot : UNKNOWN};
    }
}

void recorded_make(Recorded *all, Bytes in, const Image *image, int64_t start_us)
{
    all->now_us = start_us;
    for (uint32_t i = 0; i < image->sources_count && all->count < RECORDED_MARKETS; i++) {
        const SourceRow *s = &image->sources[i];
        Recording *r = &all->markets[all->count];

        if (s->source) continue;
        r->price = 50;
        r->slot_us = s->kind == MARKET_SLOT ? s->slot_us : 0;
        r->is_coin = s->kind > MARKET_BINARY;
        r->view.rows = r->rows;
        r->view.labels = r->labels;
        all->count++;
    }
    while (in.left.len && all->count) {
        uint8_t what = input_byte(&in);
        Recording *r = &all->markets[what % all->count];

        if (what & 0x80) {
            uint8_t length = input_byte(&in), seed = input_byte(&in);

            add_burst(all, r, length, seed);
        } else {
            uint8_t dice[DICE];

            for (int i = 0; i < DICE; i++)
                dice[i] = input_byte(&in);
            add_row(all, r, dice);
        }
    }
    for (uint32_t i = 0; i < all->count; i++)
        add_labels(&all->markets[i]);
}
