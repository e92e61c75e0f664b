/* seed.c — see seed.h. */
#include "tests/wasm/seed.h"

#include "compiler/compiler.h"
#include "compiler/diag/render.h"
#include "tests/diff/gateway.h"
#include "tests/generate/market.h"
#include "tests/generate/program.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

enum { EVENTS = 400, CASH_MICROS = 1000000000 };

static void take_bytes(Sha256 *h, Span s)
{
    uint64_t len = s.len;

    sha256_update(h, &len, sizeof len);
    if (s.len) sha256_update(h, s.ptr, s.len);
}

static void take_int(Sha256 *h, int64_t v)
{
    sha256_update(h, &v, sizeof v);
}

/* Field by field: what lies between them is nobody's. */
static void take_effect(Sha256 *h, const Effect *e)
{
    const int64_t all[] = {e->kind,           e->because,     e->is_unknown,
                           e->is_sell,        e->is_market,   e->is_close,
                           e->has_good_for,   e->size_unit,   e->modifiers,
                           e->rule,           e->action,      e->group,
                           e->reason,         e->token,       e->ts_us,
                           (int64_t)e->order, e->size_micros, e->written_micros,
                           e->price_micros,   e->good_for_us, (int64_t)num_bits(e->value),
                           e->amount_micros,  e->index};

    sha256_update(h, all, sizeof all);
}

static MarketRules rules_of(const Program *p, uint32_t market, uint64_t seed)
{
    MarketRules r = rules_of_test(p->markets[market].kind);

    if (seed % 4 == 1 && p->markets[market].kind <= MARKET_BINARY) {
        r.min_size_micros = 5000000;
        r.min_notional_micros = 1000000;
        r.fee_rate = 0.07;
        r.fee_exponent = 1;
    }
    return r;
}

static EffectList run(const Compilation *c, const Image *image, uint64_t seed, Arena *arena)
{
    const Program *p = c->program;
    GenEvents events = generate_events(p, seed, EVENTS, arena);
    MarketRules *rules = arena_array(arena, MarketRules, p->markets_count + 1);
    GatewaySetup setup = {.image = image,
                          .rules = rules,
                          .cash_micros = CASH_MICROS,
                          .start_us = events.start_us,
                          .has_heartbeat = seed % 5 == 2,
                          .stops_on_promise = seed % 3 == 1,
                          .snapshot_after = seed % 4 == 3 ? 1 + seed % 97 : 0,
                          .uses_instant = seed % 2 == 1};
    const char *why = NULL;

    for (uint32_t m = 0; m < p->markets_count; m++)
        rules[m] = rules_of(p, m, seed);
    rules[p->markets_count] = rules_of_test(MARKET_BINARY);
    return gateway_run(&setup, events.events, events.count, arena, &why);
}

static void take_findings(Sha256 *h, const Compilation *c, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 1 << 22);
    render_json_lines(&b, c->diags);
    take_bytes(h, buf_span(&b));
}

static SeedEnd take_seed(Sha256 *h, uint64_t seed, Arena *arena, uint32_t *ret_effects)
{
    CompileOptions options = {.load = generate_load,
                              .until = STAGE_EMIT,
                              .is_plain = seed % 7 == 3,
                              .has_format_note = true};
    GenProgram g = generate_program(seed, arena);
    const Image *image;
    Refusal why = {0};
    EffectList list;
    Compilation c;
    Buf text;

    buf_init(&text, arena, 1 << 20);
    generate_print(g.root, &text, NULL);
    c = compile(SPAN("generated.odx"), buf_span(&text), &options, arena);
    take_bytes(h, buf_span(&text));
    take_findings(h, &c, arena);
    take_bytes(h, c.image);
    image = c.image.len ? image_load(c.image, arena, &why) : NULL;
    if (!image) return SEED_REFUSED;
    list = run(&c, image, seed, arena);
    for (size_t i = 0; i < list.count; i++)
        take_effect(h, &list.items[i]);
    *ret_effects = (uint32_t)list.count;
    return SEED_RAN;
}

SeedResult seed_run(uint64_t seed, Arena *arena)
{
    SeedResult r = {0};
    uint8_t digest[SHA256_SIZE];
    Sha256 h;

    sha256_init(&h);
    r.end = take_seed(&h, seed, arena, &r.effects);
    take_int(&h, r.end);
    sha256_final(&h, digest);
    memcpy(&r.hash, digest, sizeof r.hash);
    if (arena_is_full(arena)) r.end = SEED_NO_MEMORY;
    arena_reset(arena);
    return r;
}
