/* inside.h — what the generator's files share: the scene a program plays in, and its names. */
#pragma once

#include "tests/generate/program.h"

typedef enum SceneKind {
    SCENE_SLOT,
    SCENE_BINARY,
    SCENE_SLOT_AND_SPOT,
    SCENE_TWO_BINARIES,
    SCENE_LEADER,
    SCENE_PERP,
    SCENE_ACCOUNTS,
    SCENE_TWO_SLOTS,
    SCENE_COUNT
} SceneKind;

typedef struct GenMarket {
    const char *name, *venue, *selector;
    const char *prefix; /* of its fields: "" or "m." */
    bool is_slot, is_coin, is_perp;
} GenMarket;

typedef struct GenToken {
    const char *text; /* as written: "up", "m.no", "hedge.yes" */
    uint8_t market;
} GenToken;

typedef struct GenName {
    const char *text;
    uint8_t want;
    bool is_fixed; /* a param */
} GenName;

typedef struct Gen {
    Rng rng;
    Arena *arena;
    SceneKind scene;
    GenMarket markets[2];
    uint32_t market_count;
    GenToken tokens[8];
    uint32_t token_count, share_count; /* shares come first */
    GenName names[48];
    uint32_t name_count;
    GenName states[4];
    uint32_t state_count;
    const char *feeds[2];
    uint32_t feed_count;
    uint32_t defs; /* bits of the defs written */
    uint32_t counter;
    GenNode *pending[64]; /* kids of pieces not yet made */
    uint32_t pending_count;
    bool has_leader, has_accounts, has_module, has_window;
    bool in_fill, in_trade, in_fixed; /* in_fixed: only params and literals */
    bool no_sells_on_fill, has_sets, is_pinned, has_word, has_side;
} Gen;

/* node.c */
GenNode *gen_text(Gen *g, Want want, Production p, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void gen_push(Gen *g, GenNode *kid); /* for the next gen_made */
GenNode *gen_made(Gen *g, Want want, Production p, const char *text, uint32_t kid_count);
/* A piece of text with one, two or three kids, made from the left: C leaves the order of arguments to
 * the compiler, and a seed has to give one program with all of them. */
#define GEN_MAKE(g, want, p, text, count, ...) \
    (GEN_PUSH_##count(g, __VA_ARGS__), gen_made(g, want, p, text, count))
#define GEN_PUSH_1(g, a) gen_push(g, a)
#define GEN_PUSH_2(g, a, b) (gen_push(g, a), gen_push(g, b))
#define GEN_PUSH_3(g, a, b, c) (gen_push(g, a), gen_push(g, b), gen_push(g, c))
GenNode *gen_list(Gen *g, const char *open, const char *close, GenNode **kids, uint32_t count);
const char *gen_copy(Gen *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
uint32_t gen_below(Gen *g, uint32_t n);
bool gen_chance(Gen *g, uint32_t percent);
int gen_between(Gen *g, int low, int high);

/* exprs.c */
GenNode *gen_expr(Gen *g, Want want, int depth);
GenNode *gen_bool(Gen *g, int depth);
GenNode *gen_likely(Gen *g); /* a condition that comes true now and then */
const char *gen_share(Gen *g);
const char *gen_token(Gen *g);
const char *gen_slot_prefix(Gen *g); /* of a slot market's fields, or NULL */
GenNode *gen_literal(Gen *g, Want want);

/* tests.c */
GenNode *gen_test(Gen *g);
GenNode *gen_layout(Gen *g);

/* rules.c */
GenNode *gen_rule(Gen *g);
GenNode *gen_risk(Gen *g);
