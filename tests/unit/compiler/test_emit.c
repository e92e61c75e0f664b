/* test_emit.c — hand-built programs through lowering, passes and emission, verified by the engine's verifier. */
#include "compiler/emit/emit.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/ir/dump.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "tests/unit/compiler/builder.h"
#include "vm/base/num.h"
#include "vm/disasm.h"

/* ---- programs ------------------------------------------------------------------------------------ */

/* Listing 1: the late mover. */
static void late_mover(Builder *b)
{
    uint8_t m = builder_market(b, MARKET_SLOT);
    uint32_t up = builder_token(b, m, 0);
    Expr *min_move = builder_param(b, 0.03, 0.01, 0.05);
    Expr *stake = builder_param(b, 50, 10, 100);
    Expr *early = builder_expr(b, EX_BETWEEN, builder_input(b, FIELD_SLOT_PROGRESS, m, 0),
                               builder_num(b, 0.1), builder_num(b, 0.4));
    Expr *tight = builder_grid(builder_expr(
        b, EX_LT, builder_input(b, FIELD_SPREAD, m, (uint16_t)up), builder_num(b, 0.05), NULL));
    Expr *moved = builder_expr(b, EX_GT, builder_input(b, FIELD_ABS_MOVE, m, 0), min_move, NULL);
    Expr *cond = builder_expr(b, EX_AND, builder_expr(b, EX_AND, moved, early, NULL), tight, NULL);

    builder_buy(builder_rule(b, RULE_WHEN, cond), up, stake, builder_num(b, 0.02));
    builder_limit(b, LIM_STOP_LOSS, builder_num(b, 0.3));
    builder_limit(b, LIM_MAX_POSITION, builder_num(b, 200));
}

/* Sampled averages, a crossing, a wallet's part of the condition, a body that sinks. */
static void trend(Builder *b)
{
    uint8_t m = builder_market(b, MARKET_SLOT);
    uint32_t up = builder_token(b, m, 0), second = builder_every(b, 1);
    Expr *mid = builder_input(b, FIELD_MID, m, (uint16_t)up);
    Expr *quick =
        builder_expr(b, EX_EMA, builder_sample(b, mid, second), builder_param(b, 9, 5, 15), NULL);
    Expr *calm =
        builder_expr(b, EX_EMA, builder_sample(b, mid, second), builder_param(b, 21, 20, 60), NULL);
    Expr *held = builder_input(b, FIELD_POSITION, m, (uint16_t)up);
    Expr *flat = builder_grid(builder_expr(b, EX_EQ, held, builder_num(b, 0), NULL));
    Expr *cross = builder_grid(builder_expr(b, EX_XUP, quick, calm, NULL));
    Expr *ask = builder_input(b, FIELD_ASK, m, (uint16_t)up);
    Expr *price = builder_expr(b, EX_SUB, ask, builder_num(b, 0.01), NULL);
    Rule *r = builder_rule(b, RULE_WHEN, builder_expr(b, EX_AND, cross, flat, NULL));
    Action *buy = builder_buy(r, up, builder_num(b, 50), NULL);

    builder_require(
        b, r,
        builder_grid(builder_expr(b, EX_GE, builder_input(b, FIELD_ASK_SIZE, m, (uint16_t)up),
                                  builder_num(b, 100), NULL)),
        "THIN_BOOK");
    buy->at_market = false;
    buy->price = price;
    buy->good_for = builder_num(b, 30);
    r = builder_rule(b, RULE_WHEN, builder_grid(builder_expr(b, EX_XDOWN, quick, calm, NULL)));
    builder_action(r, ACT_CLOSE)->token = (int32_t)up;
    builder_limit(
        b, LIM_EXIT_WHEN,
        builder_expr(b, EX_LT, builder_input(b, FIELD_SLOT_LEFT, m, 0), builder_num(b, 30), NULL));
    builder_limit(b, LIM_MAX_LOSS,
                  builder_expr(b, EX_MUL, builder_num(b, 0.03),
                               builder_input(b, FIELD_EQUITY, MARKET_NONE, 0), NULL));
    builder_show(b, "trend", builder_expr(b, EX_SUB, quick, calm, NULL));
}

/* States of both sorts, a rule that sets a shared one beside an order, recursion, a change. */
static void memory(Builder *b)
{
    uint8_t m = builder_market(b, MARKET_BINARY);
    uint32_t yes = builder_token(b, m, 0);
    Expr *bid = builder_input(b, FIELD_BID, m, (uint16_t)yes);
    uint32_t centre = builder_state(b, false, bid);
    uint32_t losses = builder_state(b, true, builder_num(b, 0));
    uint32_t armed = builder_state(b, false, builder_bool(b, true));
    Expr *before = builder_expr(b, EX_PREV, builder_bool(b, false), builder_num(b, 1), NULL);
    Expr *seed = builder_expr(b, EX_OTHERWISE, before, bid, NULL);
    Expr *level = builder_expr(b, EX_ADD, builder_expr(b, EX_MUL, seed, builder_num(b, 0.9), NULL),
                               builder_expr(b, EX_MUL, bid, builder_num(b, 0.1), NULL), NULL);
    Expr *far = builder_expr(
        b, EX_GT,
        builder_expr(b, EX_ABS, builder_expr(b, EX_SUB, level, builder_read(b, centre), NULL), NULL,
                     NULL),
        builder_num(b, 0.1), NULL);
    Expr *drop = builder_expr(
        b, EX_LT, builder_expr(b, EX_CHANGE, builder_read(b, centre), builder_num(b, 2), NULL),
        builder_num(b, 0), NULL);
    Rule *r;
    Action *a;

    before->args[0] = level; /* level = 0.9 * (prev(level) otherwise bid) + 0.1 * bid */
    before->type.shape = SHAPE_NUM;
    seed->type.shape = SHAPE_NUM;
    before->clocks = 1;
    drop->args[0]->clocks = 1;
    r = builder_rule(b, RULE_WHEN, builder_expr(b, EX_AND, far, builder_read(b, armed), NULL));
    builder_buy(r, yes, builder_num(b, 10), NULL);
    a = builder_action(r, ACT_SET);
    a->state = centre;
    a->value = bid;
    a = builder_action(r, ACT_SET);
    a->state = losses;
    a->value = builder_expr(b, EX_ADD, builder_read(b, losses), builder_num(b, 1), NULL);
    r = builder_rule(b, RULE_WHEN, drop);
    a = builder_action(r, ACT_SET);
    a->state = armed;
    a->value = builder_bool(b, false);
    r = builder_rule(b, RULE_ON, NULL);
    r->event = EV_FILL;
    r->index = (int32_t)yes;
    a = builder_action(r, ACT_SET);
    a->state = losses;
    a->value = builder_num(b, 0);
}

/* Quotes, a rule on a period, an indicator of a wallet, a together. */
static void maker(Builder *b)
{
    uint8_t m = builder_market(b, MARKET_BINARY);
    uint32_t yes = builder_token(b, m, 0), no = builder_token(b, m, 1),
             minute = builder_every(b, 60);
    Expr *mid = builder_input(b, FIELD_MID, m, (uint16_t)yes);
    Expr *held = builder_input(b, FIELD_POSITION, m, (uint16_t)yes);
    Expr *loaded = builder_expr(
        b, EX_HELD, builder_grid(builder_expr(b, EX_GT, held, builder_num(b, 100), NULL)),
        builder_num(b, 120), NULL);
    Expr *calm = builder_grid(builder_expr(b, EX_LT,
                                           builder_expr(b, EX_STDEV, mid, builder_num(b, 20), NULL),
                                           builder_num(b, 0.02), NULL));
    Rule *r = builder_rule(b, RULE_WHILE, calm);
    Action *q = builder_action(r, ACT_QUOTE);

    q->token = (int32_t)yes;
    q->bid = builder_expr(b, EX_SUB, mid, builder_num(b, 0.02), NULL);
    q->bid_size = builder_expr(b, EX_SUB, builder_num(b, 1000), held, NULL);
    q->ask = builder_expr(b, EX_ADD, mid, builder_num(b, 0.02), NULL);
    q->ask_size = held;
    b->p.quote_count = 1;
    r = builder_rule(b, RULE_WHEN, loaded);
    builder_action(r, ACT_CLOSE)->token = (int32_t)yes;
    r = builder_rule(b, RULE_ON, NULL);
    r->event = EV_BOUNDARY;
    r->index = (int32_t)minute;
    r->groups = arena_array(b->arena, Group, 1);
    r->groups[r->group_count++] = (Group){.within = builder_num(b, 5), .unwind = true};
    builder_buy(r, yes, builder_num(b, 5), NULL)->group = 0;
    builder_buy(r, no, builder_num(b, 5), NULL)->group = 0;
    b->p.promises[b->p.promises_count++].value =
        builder_grid(builder_expr(b, EX_LE, held, builder_num(b, 1100), NULL));
    builder_limit(
        b, LIM_NO_ENTRY,
        builder_expr(b, EX_LT, builder_input(b, FIELD_CLOSES_IN, m, 0), builder_num(b, 60), NULL));
}

static const struct {
    const char *name;
    void (*build)(Builder *b);
} cases[] = {
    {"late mover", late_mover},
    {"trend", trend},
    {"memory", memory},
    {"maker", maker},
};

/* ---- tests --------------------------------------------------------------------------------------- */

static EmitResult emit(Arena *arena, void (*build)(Builder *b), bool is_plain)
{
    EmitOptions options = {.is_plain = is_plain, .has_tests = true};
    Builder *b = builder_new(arena);

    build(b);
    return emit_program(&b->p, &options, arena);
}

static void show_failure(Arena *arena, void (*build)(Builder *b), const EmitResult *r)
{
    EmitOptions options = {0};
    Builder *b = builder_new(arena);
    Buf out;
    Ir *ir;

    buf_init(&out, arena, 1 << 20);
    build(b);
    ir = emit_ir(&b->p, &options, arena);
    if (ir) ir_dump(ir, &out);
    printf("status %d: %s (code %d, word %u)\n%s", (int)r->status, r->what ? r->what : "",
           r->why.code, r->why.at, buf_cstr(&out));
}

static void test_verifies(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int plain = 0; plain < 2; plain++) {
            Arena *arena = test_arena(1 << 26);
            EmitResult r = emit(arena, cases[i].build, plain);
            test_case(cases[i].name);
            CHECK_INT(r.status, EMIT_OK);
            if (r.status != EMIT_OK) show_failure(arena, cases[i].build, &r);
        }
    }
}

/* Whatever memory ends where: a refusal, or the image, never a crash. */
static void test_little_memory(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Builder *b = builder_new(test_arena(1 << 26));
        EmitOptions options = {.has_tests = true};
        EmitStatus last = EMIT_NO_MEMORY;

        test_case(cases[i].name);
        cases[i].build(b);
        for (size_t limit = 0; limit < (1 << 22) && last == EMIT_NO_MEMORY; limit += 2048) {
            TestBudget budget = {.left = limit + ARENA_PAGE + 64};
            Arena arena;
            if (arena_init(&arena, test_source_budget(&budget), limit))
                last = emit_program(&b->p, &options, &arena).status;
            arena_fini(&arena);
        }
        CHECK_INT(last, EMIT_OK);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) { /* listings, for people */
        Arena *arena = test_arena(1 << 26);
        EmitResult r = emit(arena, cases[atoi(argv[1])].build, argc > 2);
        Refusal why;
        Buf out;
        buf_init(&out, arena, 1 << 20);
        if (r.status == EMIT_OK)
            disasm_image(image_load(r.image, arena, &why), &out);
        else
            show_failure(arena, cases[atoi(argv[1])].build, &r);
        printf("%s\n", buf_cstr(&out));
        return 0;
    }
    TEST_RUN(test_verifies);
    TEST_RUN(test_little_memory);
    return test_end();
}
