/* test_why.c — the truth of every condition at random ticks: the machine's trace against the naive
 * reference, node by node, operand by operand. */
#include "runtime/proof/why.h"

#include <stdio.h>

#include "runtime/engine/instant.h"
#include "tests/generate/market.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/reference/reference.h"
#include "vm/base/num.h"

#define HEAD "odx 1\nstrategy \"t\"\nmarket m = polymarket \"btc-updown-5m\"\n"

static const struct {
    const char *name, *text;
} cases[] = {
    {"comparisons", HEAD "when up.mid > 55c and up.spread < 4c or slot.left < 1m {\n"
                         "  buy $5 of up at market within 2c\n}\n"},
    {"negation", HEAD "when not (up.ask >= 40c) and not up.bid < 20c {\n"
                      "  buy $5 of down at market within 2c\n}\n"},
    {"per wallet", HEAD "when up.position is 0 and up.mid between 30c and 60c {\n"
                        "  buy 10 shares of up at up.ask\n}\n"
                        "when up.position > 5 shares and up.mid > 50c {\n  close up\n}\n"},
    {"time operators", HEAD "when ema(up.mid, 3) crosses above ema(up.mid, 6) and move is not 0 {\n"
                            "  buy $5 of up at market within 2c\n}\n"},
    {"boundaries", HEAD "when (up.mid every 10s) > 50c and up.spread < 6c for 20s {\n"
                        "  buy $5 of up at market within 2c\n}\n"},
    {"requires", HEAD "on tick if up.mid > 30c {\n  require up.ask_size > 100 shares else THIN\n"
                      "  require down.bid < 60c else HIGH\n  buy $5 of up at up.ask\n}\n"},
    {"lets", HEAD "let calm = stdev(up.mid, 5) < 3c\nlet cheap = up.ask < 45c\n"
                  "when calm and cheap and slot.elapsed > 20s {\n  buy $5 of up at up.ask\n}\n"},
};

enum { EVENTS = 600, SEEDS = 4, EVERY = 17, MOST_SEEN = 4096 };

typedef struct Seen {            /* one condition node at one tick */
    uint32_t tick, rule, number; /* number: in preorder */
    uint8_t cond;
    double left, right;
} Seen;

typedef struct Notes {
    Seen items[MOST_SEEN];
    uint32_t count, ticks;
    const Program *p;
} Notes;

static bool is_chosen(uint32_t tick)
{
    return tick % EVERY == 3;
}

static void note(Notes *n, Seen seen)
{
    if (n->count < MOST_SEEN) n->items[n->count++] = seen;
}

/* ---- the reference ----------------------------------------------------------------------------- */

static uint8_t truth(double x)
{
    return !num_is_known(x) ? COND_UNKNOWN : x != 0 ? COND_TRUE : COND_FALSE;
}

static bool is_comparison(uint8_t op)
{
    return op == EX_LT || op == EX_LE || op == EX_GT || op == EX_GE || op == EX_EQ || op == EX_NE ||
           op == EX_BETWEEN || op == EX_XUP || op == EX_XDOWN;
}

static void note_expr(Notes *n, Ref *r, const Expr *e, uint32_t rule, uint32_t *number)
{
    Seen seen = {n->ticks, rule, (*number)++, 0, UNKNOWN, UNKNOWN};
    uint32_t at;

    while (e->op == EX_LET)
        e = e->args[0];
    seen.cond = truth(reference_value(r, e));
    if (is_comparison(e->op) && e->args[0]->type.shape == SHAPE_NUM) {
        seen.left = reference_value(r, e->args[0]);
        seen.right = reference_value(r, e->args[1]);
    }
    at = n->count;
    note(n, seen);
    if (e->op == EX_AND || e->op == EX_OR || e->op == EX_NOT)
        for (uint32_t i = 0; i < e->arg_count; i++)
            note_expr(n, r, e->args[i], rule, number);
    if (e->op == EX_HELD) n->items[at].right = reference_value(r, e->args[1]);
    if (e->op == EX_HELD) note_expr(n, r, e->args[0], rule, number);
}

static void watch(void *ctx, Ref *r, const Event *event)
{
    Notes *n = ctx;

    if (!event || event->kind != EV_TICK) return; /* instants of the engine itself have no event */
    for (uint32_t i = 0; is_chosen(n->ticks) && i < n->p->rules_count; i++) {
        uint32_t number = 0;

        note_expr(n, r, n->p->rules[i].cond, i, &number);
    }
    n->ticks++;
}

static void run_reference(const Program *p, const GenEvents *g, const EngineConfig *c, Notes *n,
                          Arena *arena)
{
    MarketRules rules = rules_of_test(MARKET_SLOT);
    RefVenue venue = {rules.tick_micros,         rules.lot_micros, rules.min_size_micros,
                      rules.min_notional_micros, rules.fee_rate,   rules.fee_exponent};
    RefConfig config = {.venues = &venue,
                        .cash_micros = c->cash_micros,
                        .start_us = g->start_us,
                        .market_bound_micros = c->market_bound_micros,
                        .exit_bound_micros = c->exit_bound_micros,
                        .market_bound_ratio = c->market_bound_ratio,
                        .exit_bound_ratio = c->exit_bound_ratio,
                        .watch = watch,
                        .watch_ctx = n};

    n->p = p;
    reference_run(p, &config, g->events, g->count, arena);
}

/* ---- the machine ------------------------------------------------------------------------------- */

static void note_rule(Notes *n, const Image *image, const WhyRule *w)
{
    uint32_t number = 0;

    for (uint32_t i = 0; i < image->conds_count; i++) {
        const TraceCond *v = &w->nodes[i].value;

        if (!w->nodes[i].is_shown || image->conds[i].role != 0) continue;
        if (v->has_run) note(n, (Seen){n->ticks, w->rule, number, v->cond, v->left, v->right});
        number++;
    }
}

static void ignore(void *ctx, const Effect *e)
{
    (void)ctx;
    (void)e;
}

static void run_machine(const Image *image, const GenEvents *g, EngineConfig c, Notes *n,
                        Arena *arena)
{
    Trace *trace = trace_new(image, arena);
    Instant *instant = instant_new(image, arena);
    Engine *engine;
    WhyRule w = {.nodes = arena_array(arena, WhyNode, image->conds_count + 1)};

    c.start_us = g->start_us;
    engine = engine_new(&c, arena);
    vm_set_trace(engine_vm(engine), trace);
    for (size_t i = 0; i < g->count; i++) {
        const Event *ev = &g->events[i];

        trace_clear(trace);
        instant_apply(instant, engine, ev, (EffectSink){ignore, NULL});
        if (ev->kind != EV_TICK) continue;
        for (uint32_t r = 0; is_chosen(n->ticks) && r < image->rules_count; r++) {
            why_read(&w, image, engine_vm(engine), trace, ev, r);
            note_rule(n, image, &w);
        }
        n->ticks++;
    }
}

/* ---- both -------------------------------------------------------------------------------------- */

static const Seen *find(const Notes *n, const Seen *want)
{
    for (uint32_t i = 0; i < n->count; i++)
        if (n->items[i].tick == want->tick && n->items[i].rule == want->rule &&
            n->items[i].number == want->number)
            return &n->items[i];
    return NULL;
}

static bool is_same_number(double machine, double reference)
{
    return !num_is_known(machine) || machine == reference;
}

static uint32_t compare(const Notes *machine, const Notes *reference)
{
    uint32_t equal = 0;

    for (uint32_t i = 0; i < machine->count; i++) {
        const Seen *a = &machine->items[i], *b = find(reference, a);

        if (!CHECK(b != NULL)) continue;
        test_check(a->cond == b->cond, __FILE__, __LINE__, "tick %u rule %u node %u: %d, not %d",
                   a->tick, a->rule, a->number, a->cond, b->cond);
        test_check(is_same_number(a->left, b->left) && is_same_number(a->right, b->right), __FILE__,
                   __LINE__, "tick %u rule %u node %u: %.6f and %.6f, not %.6f and %.6f", a->tick,
                   a->rule, a->number, a->left, a->right, b->left, b->right);
        equal += a->cond == b->cond;
    }
    return equal;
}

static uint32_t run_case(const char *text, uint64_t seed)
{
    static Notes machine, reference;
    Arena *arena = test_arena((size_t)256 << 20);
    Compilation c = compile(SPAN("t.odx"), span_str(text), NULL, arena);
    Refusal why = {0};
    const Image *image = image_load(c.image, arena, &why);
    EngineConfig config;
    GenEvents g;

    machine.count = machine.ticks = reference.count = reference.ticks = 0;
    if (!CHECK(image != NULL)) return 0;
    config = engine_config_default(image);
    g = generate_events(c.program, seed, EVENTS, arena);
    run_machine(image, &g, config, &machine, arena);
    run_reference(c.program, &g, &config, &reference, arena);
    CHECK_INT(machine.ticks, reference.ticks);
    return compare(&machine, &reference);
}

static void test_against_reference(void)
{
    uint32_t nodes = 0;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            test_case(cases[i].name);
            nodes += run_case(cases[i].text, seed);
        }
    CHECK(nodes > 1000); /* at far more than a hundred ticks */
    (void)printf("%u nodes agree\n", nodes);
}

int main(void)
{
    TEST_RUN(test_against_reference);
    return test_end();
}
