/* drive_fields.c — see drive_fields.h. */
#include "runtime/engine/drive_fields.h"

#include "runtime/engine/link.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"

/* ---- what a field is made of ---------------------------------------------------------------------- */

enum { SIDE_WORDS = sizeof(BookSide) / sizeof(int64_t) };

/* The column of a value that may be given instead of being derived. */
static uint16_t given_word(uint8_t field, uint8_t outcome)
{
    switch (field) {
    case FIELD_MID:
    case FIELD_X_MID:
        return (uint16_t)(TICK_WORD(mid) + outcome);
    case FIELD_SPREAD:
    case FIELD_X_SPREAD:
        return (uint16_t)(TICK_WORD(spread) + outcome);
    case FIELD_SIZE_RATIO:
        return (uint16_t)(TICK_WORD(size_ratio) + outcome);
    case FIELD_MOVE:
        return TICK_WORD(move);
    case FIELD_ABS_MOVE:
        return TICK_WORD(abs_move);
    case FIELD_SPOT:
    case FIELD_SPOT_OPEN:
        return TICK_WORD(spot);
    case FIELD_MARK:
        return TICK_WORD(mark);
    default:
        return TICK_WORD(funding);
    }
}

static bool is_middle(uint8_t field)
{
    return field == FIELD_MID || field == FIELD_X_MID;
}

static bool is_spread(uint8_t field)
{
    return field == FIELD_SPREAD || field == FIELD_X_SPREAD;
}

static InputMotion motion_of_time(uint8_t field, const MarketRun *m)
{
    if (field == FIELD_SLOT_LEFT) return INPUT_FALLS;
    if (field != FIELD_CLOSES_IN) return INPUT_RISES;
    return m->kind == MARKET_SLOT ? INPUT_FALLS : INPUT_AFTER;
}

/* Does it depend on the first spot price of the slot? */
static bool is_after(const DriveFields *f, const Field *field)
{
    bool is_move = field->field == FIELD_MOVE || field->field == FIELD_ABS_MOVE;

    if (field->field == FIELD_SPOT_OPEN) return true;
    return is_move && !(tick_columns_all_facts(f->ticks, field->word) & FACT_FINE);
}

static InputMotion link_field(DriveFields *f, uint32_t row)
{
    const Engine *e = f->engine;
    const InputRow *in = &e->image->inputs[row];
    Field *field = &f->fields[row];
    bool is_token = in->field < FIELD_MOVE || in->field >= FIELD_X_BID;
    const TokenRun *t = is_token ? token_of(e, in->index) : NULL;
    uint32_t market = t ? t->market : in->market == MARKET_NONE ? e->static_markets : in->market;

    *field = (Field){.field = in->field};
    if (in->space != IN_SHARED) return INPUT_HELD;
    field->time = link_of_time(e, row);
    if (field->time) return motion_of_time(in->field, field->time->of);
    if (!field_of_tick(in->field) || market != f->market) return INPUT_HELD;
    field->outcome = t ? t->outcome : 0;
    field->word = field_word(in->field, field->outcome);
    field->is_raw = field->word != NO_FIELD_WORD;
    if (!field->is_raw) field->word = given_word(in->field, field->outcome);
    field->is_book = field->is_raw ? field->word < TICK_WORD(mid)
                                   : is_middle(in->field) || is_spread(in->field) ||
                                         in->field == FIELD_SIZE_RATIO;
    return is_after(f, field) ? INPUT_AFTER : INPUT_TICK;
}

bool drive_fields_init(DriveFields *f, Arena *arena)
{
    uint32_t count = f->engine->image->inputs_count;

    f->fields = arena_array(arena, Field, count + 1);
    f->motions = arena_array(arena, InputMotion, count + 1);
    if (arena_is_full(arena)) return false;
    tick_clear(&f->row);
    for (uint32_t i = 0; i < count; i++)
        f->motions[i] = link_field(f, i);
    return true;
}

/* ---- slots ahead ---------------------------------------------------------------------------------- */

static const MarketRun *present(const DriveFields *f)
{
    return &f->engine->markets[f->market];
}

/* The market whose time a field tells. */
static const MarketRun *market_of_time(const DriveFields *f, const Field *field)
{
    const MarketRun *m = field->time->of;

    return f->is_ahead && m->id == f->market ? &f->forecast : m;
}

/* Slots are as long as the present one, and begin where one would if they followed each other without an end. */
static int64_t start_of(const MarketRun *m, int64_t ts_us)
{
    int64_t since = ts_us - m->slot_start_us;

    return since < 0 ? m->slot_start_us : m->slot_start_us + since / m->slot_us * m->slot_us;
}

static double spot_at(const DriveFields *f, uint32_t i)
{
    if (!tick_columns_have(f->ticks, TICK_WORD(spot))) return UNKNOWN;
    return num_from_bits((uint64_t)tick_columns_bits(f->ticks, TICK_WORD(spot), i));
}

bool drive_fields_forecast(DriveFields *f, const ColumnSlot *slots, uint32_t count)
{
    f->forecast = *present(f);
    if (!f->forecast.has_slot || f->forecast.slot_us <= 0) return false;
    for (uint32_t i = 0; i < count; i++) {
        double first = spot_at(f, slots[i].begin);

        f->slots[i] = slots[i];
        f->forecasts[i] = (SlotForecast){
            .start_us = start_of(&f->forecast, tick_columns_ts(f->ticks, slots[i].begin)),
            .spot_open = num_is_finite(first) ? first : UNKNOWN};
    }
    return true;
}

bool drive_fields_is_forecast(const DriveFields *f, uint32_t slot)
{
    const SlotForecast *s = &f->forecasts[slot];
    const MarketRun *m = present(f);

    return m->has_slot && m->slot_start_us == s->start_us && m->slot_us == f->forecast.slot_us &&
           f->word == f->slots[slot].begin && num_bits(f->spot_open) == num_bits(s->spot_open);
}

static void look_at_slot(void *ctx, uint32_t slot)
{
    DriveFields *f = ctx;

    f->is_ahead = slot != SLOT_AT_HAND;
    if (!f->is_ahead) return;
    f->forecast.slot_start_us = f->forecasts[slot].start_us;
    f->spot_open = f->forecasts[slot].spot_open;
    f->word = f->slots[slot].begin;
}

/* ---- one tick ------------------------------------------------------------------------------------- */

void drive_fields_word(DriveFields *f, uint32_t first, const FeatureState *before)
{
    f->word = first;
    f->spot_open = before->spot_open;
}

double drive_fields_spot_open(const DriveFields *f, uint32_t i)
{
    if (num_is_known(f->spot_open)) return f->spot_open;
    for (uint32_t k = f->word; k <= i; k++) {
        double spot = spot_at(f, k);

        if (num_is_finite(spot)) return spot;
    }
    return UNKNOWN;
}

/* Until a market without slots closes: as its latest tick says. */
static bool is_closing(const DriveFields *f, const Field *field)
{
    const MarketRun *m = field->time->of;

    return field->field == FIELD_CLOSES_IN && m->kind != MARKET_SLOT && m->id == f->market;
}

static double closing_at(const DriveFields *f, uint32_t i)
{
    int64_t left = MICROS_UNKNOWN, ts = tick_columns_ts(f->ticks, i);

    if (tick_columns_have(f->ticks, TICK_WORD(closes_in_us)))
        left = tick_columns_bits(f->ticks, TICK_WORD(closes_in_us), i);

    if (left == MICROS_UNKNOWN) return UNKNOWN;
    left = sat_add(ts, left) - ts;
    return (double)(left < 0 ? 0 : left) / 1e6;
}

static double value_at(DriveFields *f, const Field *field, uint32_t i)
{
    FeatureState s = {.spot_open = drive_fields_spot_open(f, i)};

    if (field->time && is_closing(f, field)) return closing_at(f, i);
    if (field->time)
        return link_time_value(tick_columns_ts(f->ticks, i), market_of_time(f, field),
                               field->field);
    tick_columns_row(f->ticks, i, &f->row);
    return feature_value(field->field, field->outcome, &s, &f->row);
}

static double at(void *ctx, uint32_t input, uint32_t tick)
{
    DriveFields *f = ctx;

    return value_at(f, &f->fields[input], tick);
}

/* ---- words ---------------------------------------------------------------------------------------- */

static void each(DriveFields *f, const Field *field, uint32_t first, uint32_t count, double *room)
{
    for (uint32_t i = 0; i < count; i++)
        room[i] = value_at(f, field, first + i);
}

/* Are middle and spread those of a book that is known, of ordinary size, and stands alone? */
static bool is_from_book(const DriveFields *f, const Field *field, uint32_t first, uint32_t count)
{
    uint32_t bid = field->outcome * SIDE_WORDS, ask = bid + OUTCOMES * SIDE_WORDS;

    if (!is_middle(field->field) && !is_spread(field->field)) return false;
    if (!(tick_columns_facts(f->ticks, field->word, first, count) & FACT_NONE)) return false;
    return tick_columns_facts(f->ticks, bid, first, count) &
           tick_columns_facts(f->ticks, ask, first, count) & FACT_FINE;
}

/* A middle lies on the grid, between two prices of ordinary size: it is of ordinary size itself. */
static bool from_book(const DriveFields *f, const Field *field, uint32_t first, uint32_t count,
                      double *room)
{
    uint32_t bid = field->outcome * SIDE_WORDS, ask = bid + OUTCOMES * SIDE_WORDS;
    int64_t place[WORD];
    double bids[WORD], asks[WORD];

    if (!is_from_book(f, field, first, count)) return false;
    f->kernels->from_micros(bids, tick_columns_word(f->ticks, bid, first, place));
    f->kernels->from_micros(asks, tick_columns_word(f->ticks, ask, first, place));
    if (is_middle(field->field))
        for (int i = 0; i < WORD; i++)
            bids[i] = (bids[i] + asks[i]) / 2;
    else
        for (int i = 0; i < WORD; i++)
            bids[i] = asks[i] - bids[i];
    f->kernels->grid(room, bids);
    return true;
}

/* The move since the slot opened, where the spot price says it. */
static bool from_spot(const DriveFields *f, const Field *field, uint32_t first, uint32_t count,
                      double *room)
{
    double place[WORD], open[WORD], one[WORD];

    if (!num_is_known(f->spot_open)) return false;
    if (!(tick_columns_facts(f->ticks, TICK_WORD(move), first, count) & FACT_NONE)) return false;
    if (!(tick_columns_facts(f->ticks, field->word, first, count) & FACT_NONE)) return false;
    if (!(tick_columns_facts(f->ticks, TICK_WORD(spot), first, count) & FACT_FINE)) return false;
    for (int i = 0; i < WORD; i++) {
        open[i] = f->spot_open;
        one[i] = 1;
    }
    f->kernels->num[OP_DIV](room, tick_columns_word(f->ticks, TICK_WORD(spot), first, place), open);
    f->kernels->num[OP_SUB](room, room, one);
    if (field->field == FIELD_ABS_MOVE) f->kernels->num[OP_ABS](room, room, NULL);
    return true;
}

static bool derive(const DriveFields *f, const Field *field, uint32_t first, uint32_t count,
                   double *room)
{
    if (is_middle(field->field) || is_spread(field->field))
        return from_book(f, field, first, count, room);
    if (field->field == FIELD_MOVE || field->field == FIELD_ABS_MOVE)
        return from_spot(f, field, first, count, room);
    return false;
}

static const double *raw(const DriveFields *f, const Field *field, uint32_t first, double *room)
{
    int64_t place[WORD];

    if (!tick_columns_have(f->ticks, field->word)) {
        for (int i = 0; i < WORD; i++)
            room[i] = UNKNOWN;
    } else {
        f->kernels->from_micros(room, tick_columns_word(f->ticks, field->word, first, place));
    }
    return room;
}

/* A column of numbers all of which are ordinary, as it is; prices go to the grid. */
static const double *given(const DriveFields *f, const Field *field, uint32_t first, uint8_t facts,
                           double *room)
{
    bool is_price = is_middle(field->field) || is_spread(field->field);
    const double *x = tick_columns_word(f->ticks, field->word, first, room);

    if (!is_price || facts & FACT_GRID) return x;
    f->kernels->grid(room, x);
    return room;
}

static const double *time_values(const DriveFields *f, const Field *field, uint32_t first,
                                 uint32_t count, double *room)
{
    int64_t place[WORD];
    const int64_t *ts = tick_columns_times(f->ticks, first, place);

    for (uint32_t i = 0; i < count; i++)
        room[i] = is_closing(f, field)
                      ? closing_at(f, first + i)
                      : link_time_value(ts[i], market_of_time(f, field), field->field);
    return room;
}

static const double *fetch(void *ctx, uint32_t input, uint32_t first, uint32_t count, double *room,
                           bool *ret_is_fine)
{
    DriveFields *f = ctx;
    const Field *field = &f->fields[input];
    uint8_t facts;

    *ret_is_fine = false;
    if (field->time) return time_values(f, field, first, count, room);
    facts = tick_columns_facts(f->ticks, field->word, first, count);
    if (!field->is_book || !tick_columns_are_crossed(f->ticks, first, count)) {
        *ret_is_fine = (facts & FACT_FINE) != 0;
        if (field->is_raw) return raw(f, field, first, room);
        if (*ret_is_fine && field->field != FIELD_SPOT_OPEN)
            return given(f, field, first, facts, room);
        *ret_is_fine = is_middle(field->field);
        if (derive(f, field, first, count, room)) return room;
        *ret_is_fine = false;
    }
    each(f, field, first, count, room);
    return room;
}

static bool is_fine(void *ctx, uint32_t input, uint32_t first, uint32_t count)
{
    const DriveFields *f = ctx;
    const Field *field = &f->fields[input];

    if (field->time || field->field == FIELD_SPOT_OPEN) return false;
    if (field->is_book && tick_columns_are_crossed(f->ticks, first, count)) return false;
    return tick_columns_facts(f->ticks, field->word, first, count) & FACT_FINE ||
           (is_middle(field->field) && is_from_book(f, field, first, count));
}

/* Columns that are taken as they are say the lowest and the highest of each block. */
static bool range(void *ctx, uint32_t input, uint32_t first, uint32_t count, double *ret_low,
                  double *ret_high)
{
    const DriveFields *f = ctx;
    const Field *field = &f->fields[input];
    uint8_t need =
        is_middle(field->field) || is_spread(field->field) ? FACT_FINE | FACT_GRID : FACT_FINE;
    const NumRange *r;

    if (field->is_raw || field->time || field->field == FIELD_SPOT_OPEN) return false;
    if ((tick_columns_all_facts(f->ticks, field->word) & need) != need &&
        (tick_columns_facts(f->ticks, field->word, first, count) & need) != need)
        return false;
    if (field->is_book && tick_columns_are_crossed(f->ticks, first, count)) return false;
    r = &f->ticks->numbers[field->word][first / FACT_TICKS];
    *ret_low = r->low;
    *ret_high = r->high;
    if (first % FACT_TICKS + count <= FACT_TICKS) return true;
    if (r[1].low < r->low) *ret_low = r[1].low;
    if (r[1].high > r->high) *ret_high = r[1].high;
    return true;
}

static void fetch_lines(const void *column, uint32_t first, uint32_t count)
{
    const char *from = column;
    size_t end = ((size_t)first + count) * sizeof(int64_t);

    if (!column) return;
    for (size_t at = (size_t)first * sizeof(int64_t); at < end; at += 64)
        prefetch_near(from + at);
}

/* What a value is made of is on its way. */
static void expect(void *ctx, uint32_t input, uint32_t first, uint32_t count)
{
    const DriveFields *f = ctx;
    const Field *field = &f->fields[input];
    uint32_t bid = field->outcome * SIDE_WORDS;

    if (field->time) {
        fetch_lines(f->ticks->ts_us, first, count);
    } else if (f->ticks->words[field->word]) {
        fetch_lines(f->ticks->words[field->word], first, count);
    } else if (is_middle(field->field) || is_spread(field->field)) {
        fetch_lines(f->ticks->words[bid], first, count);
        fetch_lines(f->ticks->words[bid + OUTCOMES * SIDE_WORDS], first, count);
    } else {
        fetch_lines(f->ticks->words[TICK_WORD(spot)], first, count);
    }
}

/* Levels of a token's book at a tick. */
static bool book(void *ctx, int32_t token, uint8_t op, uint32_t tick, TokenBook *ret)
{
    static const uint8_t asks[] = {FIELD_ASK,      FIELD_ASK2,      FIELD_ASK3,
                                   FIELD_ASK_SIZE, FIELD_ASK_SIZE2, FIELD_ASK_SIZE3};
    static const uint8_t bids[] = {FIELD_BID,      FIELD_BID2,      FIELD_BID3,
                                   FIELD_BID_SIZE, FIELD_BID_SIZE2, FIELD_BID_SIZE3};
    DriveFields *f = ctx;
    const TokenRun *t = token_of(f->engine, token);
    FeatureState s = {.spot_open = UNKNOWN};
    size_t count = op == OP_FEE ? 1 : ARRAY_LEN(asks);

    if (!t || t->market != f->market) return false;
    tick_columns_row(f->ticks, tick, &f->row);
    for (size_t i = 0; i < count && op != OP_PSELL && op != OP_DSELL; i++)
        ret->field[asks[i]] = feature_value(asks[i], t->outcome, &s, &f->row);
    for (size_t i = 0; i < count && op != OP_PBUY && op != OP_DBUY; i++)
        ret->field[bids[i]] = feature_value(bids[i], t->outcome, &s, &f->row);
    ret->fee_rate = t->book.fee_rate;
    ret->fee_exponent = t->book.fee_exponent;
    return true;
}

/* What is held moves with fills, and its average price. */
static const double *own(void *ctx, uint32_t input)
{
    const DriveFields *f = ctx;
    const Engine *e = f->engine;
    const InputRow *row = &e->image->inputs[input];
    const TokenRun *t = token_of(e, row->index);

    if (!t || t->market != f->market || e->purse) return NULL;
    if (row->field == FIELD_POSITION || row->field == FIELD_X_POSITION)
        return &t->fields[FIELD_POSITION - FIELD_POSITION];
    if (row->field == FIELD_ENTRY || row->field == FIELD_X_ENTRY)
        return &t->fields[FIELD_ENTRY - FIELD_POSITION];
    return NULL;
}

ColumnSource drive_fields_source(DriveFields *f)
{
    return (ColumnSource){.ctx = f,
                          .fetch = fetch,
                          .at = at,
                          .is_fine = is_fine,
                          .range = range,
                          .book = book,
                          .ahead = look_at_slot,
                          .expect = expect,
                          .motions = f->motions,
                          .own = own};
}
