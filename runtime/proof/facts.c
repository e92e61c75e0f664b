/* facts.c — see facts.h. */
#include "runtime/proof/facts.h"

#include "vm/base/fixed.h"

enum { DEFAULT_SHARES = 10000 };
#define DEFAULT_CLOSES_IN_US INT64_C(86400000000)

/* Where the raw value of a field stands in TickData: micros, or a number. */
static int64_t *micros_place(TickData *d, FieldId field, uint8_t o)
{
    switch (field) {
    case FIELD_X_BID:
        o = 0; /* fall through */
    case FIELD_BID:
        return &d->bid[o].price_micros[0];
    case FIELD_X_ASK:
        o = 0; /* fall through */
    case FIELD_ASK:
        return &d->ask[o].price_micros[0];
    case FIELD_X_BID_SIZE:
        o = 0; /* fall through */
    case FIELD_BID_SIZE:
        return &d->bid[o].size_micros[0];
    case FIELD_X_ASK_SIZE:
        o = 0; /* fall through */
    case FIELD_ASK_SIZE:
        return &d->ask[o].size_micros[0];
    case FIELD_BID2:
        return &d->bid[o].price_micros[1];
    case FIELD_BID3:
        return &d->bid[o].price_micros[2];
    case FIELD_ASK2:
        return &d->ask[o].price_micros[1];
    case FIELD_ASK3:
        return &d->ask[o].price_micros[2];
    case FIELD_BID_SIZE2:
        return &d->bid[o].size_micros[1];
    case FIELD_BID_SIZE3:
        return &d->bid[o].size_micros[2];
    case FIELD_ASK_SIZE2:
        return &d->ask[o].size_micros[1];
    case FIELD_ASK_SIZE3:
        return &d->ask[o].size_micros[2];
    case FIELD_VOLUME:
        return &d->volume_micros;
    case FIELD_LIQUIDITY:
        return &d->liquidity_micros;
    case FIELD_CLOSES_IN:
        return &d->closes_in_us;
    case FIELD_FUNDING_IN:
        return &d->funding_in_us;
    default:
        return NULL;
    }
}

static double *number_place(TickData *d, FieldId field, uint8_t o)
{
    switch (field) {
    case FIELD_X_MID:
        o = 0; /* fall through */
    case FIELD_MID:
        return &d->mid[o];
    case FIELD_X_SPREAD:
        o = 0; /* fall through */
    case FIELD_SPREAD:
        return &d->spread[o];
    case FIELD_SIZE_RATIO:
        return &d->size_ratio[o];
    case FIELD_SPOT:
        return &d->spot;
    case FIELD_MOVE:
        return &d->move;
    case FIELD_ABS_MOVE:
        return &d->abs_move;
    case FIELD_MARK:
        return &d->mark;
    case FIELD_FUNDING:
        return &d->funding;
    default:
        return NULL;
    }
}

static void data_clear(TickData *d)
{
    tick_clear(d);
    for (int o = 0; o < OUTCOMES; o++)
        for (int level = 0; level < BOOK_LEVELS; level++)
            d->bid[o].size_micros[level] = d->ask[o].size_micros[level] = DEFAULT_SHARES * FX_ONE;
    d->closes_in_us = DEFAULT_CLOSES_IN_US;
}

Facts facts_new(const Program *p, Arena *arena)
{
    Facts f = {.program = p, .market_count = p->markets_count + 1};

    f.held = arena_array(arena, HeldFacts, p->tokens_count + 1);
    for (uint32_t i = 0; i < p->tokens_count; i++)
        f.held[i] = (HeldFacts){UNKNOWN, UNKNOWN};
    f.markets = arena_array(arena, MarketFacts, f.market_count);
    for (uint32_t i = 0; i < f.market_count; i++)
        data_clear(&f.markets[i].data);
    return f;
}

void facts_begin_row(Facts *f)
{
    for (uint32_t i = 0; i < f->market_count; i++)
        f->markets[i].is_changed = false;
}

void facts_forget_slot(Facts *f, uint32_t market)
{
    MarketFacts *m = &f->markets[market];
    double spot = m->data.spot;

    data_clear(&m->data);
    m->data.spot = spot; /* the coin lives on from slot to slot */
    m->is_known = num_is_known(spot);
}

static uint32_t market_of(const Facts *f, const Input *in)
{
    return in->market == MARKET_NONE ? f->market_count - 1 : in->market;
}

static uint8_t outcome_of(const Facts *f, const Input *in)
{
    uint8_t o = in->index < f->program->tokens_count ? f->program->tokens[in->index].outcome : 0;

    return o < OUTCOMES ? o : 0;
}

static void touch(MarketFacts *m)
{
    m->is_known = m->is_changed = true;
}

/* True when the fact is raw market data. */
static bool take_raw(Facts *f, const Input *in, const Fact *fact)
{
    MarketFacts *m = &f->markets[market_of(f, in)];
    uint8_t o = outcome_of(f, in);
    int64_t *micros = micros_place(&m->data, in->field, o);
    double *number = number_place(&m->data, in->field, o);

    if (micros && (fact->unknown || !fx_from_double(fact->value, micros))) *micros = MICROS_UNKNOWN;
    if (number) *number = fact->unknown ? UNKNOWN : fact->value;
    if (micros || number) touch(m);
    return micros || number;
}

static double micros_value(int64_t micros)
{
    return micros == MICROS_UNKNOWN ? UNKNOWN : (double)micros / FX_ONE;
}

bool facts_read(const Program *p, const Input *in, const TickData *d, double *ret)
{
    uint8_t o = in->index < p->tokens_count ? p->tokens[in->index].outcome : 0;
    TickData copy = *d;
    int64_t *micros = micros_place(&copy, in->field, o < OUTCOMES ? o : 0);
    double *number = number_place(&copy, in->field, o < OUTCOMES ? o : 0);

    if (!micros && !number) return false;
    if (micros)
        *ret = micros_value(*micros);
    else
        *ret = num_is_known(*number) ? num_rint(*number * FX_ONE) / FX_ONE : UNKNOWN;
    return true;
}

static bool is_held_field(uint8_t field)
{
    return field == FIELD_POSITION || field == FIELD_X_POSITION || field == FIELD_ENTRY ||
           field == FIELD_X_ENTRY;
}

bool fact_is_kept(const Program *p, const Fact *fact)
{
    TickData none;
    uint8_t field;

    if (fact->kind != FACT_INPUT) return fact->kind == FACT_STATE;
    field = p->inputs[fact->index].field;
    return field != FIELD_FEED_VALUE && !micros_place(&none, field, 0) &&
           !number_place(&none, field, 0);
}

/* What the position cost: its entry, else the bid, else the middle of all prices. */
static int64_t entry_price(const Facts *f, const Input *in, const HeldFacts *h)
{
    int64_t price = f->markets[market_of(f, in)].data.bid[outcome_of(f, in)].price_micros[0];

    if (fx_from_double(h->entry, &price)) return price;
    return price == MICROS_UNKNOWN ? FX_ONE / 2 : price;
}

/* Position and entry are one fact about the wallet, said in two parts. */
static void take_held(Facts *f, const Input *in, const Fact *fact, Engine *engine)
{
    bool is_entry = in->field == FIELD_ENTRY || in->field == FIELD_X_ENTRY;
    HeldFacts *h = &f->held[in->index];
    int32_t token = (int32_t)in->index;
    int64_t size;

    *(is_entry ? &h->entry : &h->position) = fact->unknown ? UNKNOWN : fact->value;
    if (f->program->tokens[in->index].market == MARKET_NONE)
        token = engine_dynamic_token(engine, 0, outcome_of(f, in));
    if (fx_from_double(h->position, &size)) engine_give(engine, token, size, entry_price(f, in, h));
}

/* Money that was given is there to be spent: the account gets what makes the fact true. */
static void fund(const Input *in, const Fact *fact, Engine *engine)
{
    uint8_t account = in->index ? (uint8_t)(in->index - 1) : 0;
    int64_t micros, cash = engine_cash(engine, account);

    if (fact->unknown || !fx_from_double(fact->value, &micros)) return;
    if (in->field == FIELD_CASH) engine_give_cash(engine, account, micros);
    if (in->field == FIELD_EQUITY)
        engine_give_cash(engine, account, cash + micros - engine_equity(engine));
}

static void send_feed(const Input *in, const Fact *fact, Engine *engine, EffectSink sink,
                      int64_t now_us)
{
    Event ev = {.ts_us = now_us, .kind = EV_FEED, .market = (uint8_t)in->index};

    ev.feed.value = fact->unknown ? UNKNOWN : fact->value;
    engine_apply(engine, &ev, sink);
}

/* Holds the value wherever the image reads it; where it does not, nobody would notice. */
static void pin(const Input *in, const Fact *fact, Engine *engine)
{
    const Image *image = vm_image(engine_vm(engine));

    for (uint32_t i = 0; i < image->inputs_count; i++) {
        const InputRow *row = &image->inputs[i];

        if (row->field == in->field && row->market == in->market && row->index == in->index)
            engine_pin(engine, i, fact->unknown ? UNKNOWN : fact->value);
    }
}

void facts_take(Facts *f, const Fact *fact, Engine *engine, EffectSink sink, int64_t now_us)
{
    const Input *in;

    if (fact->kind == FACT_STATE) {
        vm_give_state(engine_vm(engine), engine_wallet(engine), fact->index,
                      fact->unknown ? UNKNOWN : fact->value);
        return;
    }
    if (fact->kind != FACT_INPUT) return; /* params were given when the engine was made */
    in = &f->program->inputs[fact->index];
    if (take_raw(f, in, fact)) return;
    if (is_held_field(in->field))
        take_held(f, in, fact, engine);
    else if (in->field == FIELD_FEED_VALUE)
        send_feed(in, fact, engine, sink, now_us);
    else {
        fund(in, fact, engine);
        pin(in, fact, engine);
    }
}
