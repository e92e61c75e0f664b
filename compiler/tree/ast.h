/* ast.h — the checked tree's raw material: one uniform node for everything a file can say.
 *
 * The parser builds it, the forms and graphs build it too, and every later pass reads it.  A kind
 * fixes which kids stand where (nodes.def); passes walk without knowing more.  Comments and the
 * spelling of literals are carried along.  Promise: kids[i] of a fixed position always exists as a
 * position (NULL when absent), names are interned (equal names have equal `ptr`), and no tree is
 * deeper than NODE_MAX_DEPTH, so that recursion over it is safe. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/source/source.h"
#include "vm/base/arena.h"
#include "vm/base/span.h"

/* Chains such as a + b + c nest too; brackets and blocks alone are limited to 64 (2.2). */
#define NODE_MAX_DEPTH 200

typedef enum NodeKind {
    NODE_NONE,
#define NODE(kind, kids, says) NODE_##kind,
#include "compiler/tree/nodes.def"
#undef NODE
    NODE_KIND_COUNT
} NodeKind;

/* Positions of the kids, for reading: n->kids[ORDER_TOKEN]. */
enum {
    FILE_HEADER = 0,
    FILE_ITEMS = 1,
    HEADER_TITLE = 0,
    USE_PATH = 0,
    USE_PIN = 1,
    MARKET_SELECTOR = 0,
    MARKET_STALE = 1,
    LEADER_SELECTOR = 0,
    LEADER_GROUPED = 1,
    FEED_RANGE = 0,
    FEED_STALE = 1,
    PARAM_VALUE = 0,
    PARAM_DOMAIN = 1,
    PARAM_STEP = 2,
    DEF_BODY = 0,
    DEF_FORMALS = 1,
    RULE_KID_EVENT = 0,
    RULE_KID_COND = 1,
    RULE_KID_BLOCK = 2,
    ORDER_SIZE = 0,
    ORDER_TOKEN = 1,
    ORDER_PRICE = 2,
    ORDER_MODIFIERS = 3,
    CLOSE_TOKEN = 0,
    CLOSE_WITHIN = 1,
    SETS_SIZE = 0,
    SETS_MARKET = 1,
    TOGETHER_WITHIN = 0,
    TOGETHER_BLOCK = 1,
    REPEAT_RANGE = 0,
    REPEAT_BLOCK = 1,
    QUOTE_TOKEN = 0,
    QUOTE_SIDES = 1,
    QUOTE_SIDE_PRICE = 0,
    QUOTE_SIDE_SIZE = 1,
    TEST_TITLE = 0,
    TEST_GIVEN = 1,
    TEST_ROWS = 2,
    ROW_TIME = 0,
    ROW_STEPS = 1,
    FACT_PATH = 0,
    FACT_VALUE = 1,
    FILL_SIZE = 0, /* HAPPEN_FILL */
    FILL_TOKEN = 1,
    FILL_PRICE = 2,
    TRADE_LEADER = 0, /* HAPPEN_LEADER */
    TRADE_SIZE = 1,
    TRADE_TOKEN = 2,
    TRADE_PRICE = 3,
    EXPECT_WHAT = 0,
    EXPECT_BECAUSE = 1,
    ANCHOR_ID = 0,
    ANCHOR_X = 1,
    ANCHOR_Y = 2,
    IF_COND = 0,
    IF_THEN = 1,
    IF_ELSE = 2,
};

typedef enum HeaderOp { HEADER_STRATEGY = 1, HEADER_MODULE } HeaderOp;
typedef enum RuleOp { RULE_WHEN = 1, RULE_WHILE, RULE_ON } RuleOp;
typedef enum SideOp { SIDE_NONE, SIDE_BUY, SIDE_SELL } SideOp;
typedef enum SetsOp { SETS_SPLIT = 1, SETS_MERGE } SetsOp;
typedef enum TogetherOp { TOGETHER_UNWIND = 1, TOGETHER_KEEP } TogetherOp;
typedef enum QuoteOp { QUOTE_BID = 1, QUOTE_ASK } QuoteOp;
typedef enum CmpOp { CMP_LT = 1, CMP_LE, CMP_GT, CMP_GE } CmpOp;
typedef enum CrossesOp { CROSSES_ABOVE = 1, CROSSES_BELOW } CrossesOp;
typedef enum BinaryOp { OP_ADD = 1, OP_SUB, OP_MUL, OP_DIV, OP_OF } BinaryOp;
typedef enum LeaderOp { LEADER_BUY = 1, LEADER_SELL, LEADER_SPLIT, LEADER_MERGE } LeaderOp;

typedef enum EventOp {
    EVENT_EVERY = 1,  /* operand: period */
    EVENT_SLOT_OPEN,  /* operand: market or NULL */
    EVENT_SLOT_CLOSE, /* the same */
    EVENT_FILL,       /* operand: token or NULL */
    EVENT_TICK,       /* operand: market or NULL */
    EVENT_START,
    EVENT_RESOLVE, /* operand: market or NULL */
    EVENT_REJECT,  /* operand: token or NULL */
    EVENT_PATH,    /* operand: whale.trade, whale.split, whale.merge */
} EventOp;

typedef enum ModifierOp {
    MODIFIER_POST_ONLY = 1,
    MODIFIER_GOOD_FOR, /* with its duration */
    MODIFIER_ALL_OR_NOTHING,
    MODIFIER_NOW_OR_NEVER,
} ModifierOp;

typedef enum LimitOp {
    LIMIT_STOP_LOSS = 1,
    LIMIT_TAKE_PROFIT,
    LIMIT_TRAILING_STOP,
    LIMIT_TIME_STOP,
    LIMIT_MAX_POSITION,
    LIMIT_MAX_EXPOSURE,
    LIMIT_MAX_TRADES,
    LIMIT_MAX_LOSS,
    LIMIT_MAX_DRAWDOWN,
    LIMIT_MAX_OPEN,
    LIMIT_MAX_LEVERAGE,
    LIMIT_NO_ENTRY_WHEN,
    LIMIT_EXIT_WHEN,
    LIMIT_COOLDOWN,
    LIMIT_HOLD_TO_RESOLUTION,
    LIMIT_HOLD_FOREVER,
    LIMIT_OP_COUNT
} LimitOp;

/* What follows `per` in a state or limit, or `after` in a cooldown. */
typedef enum PerOp {
    PER_NONE,
    PER_SLOT,
    PER_HOUR,
    PER_DAY,
    PER_WEEK,
    PER_MARKET,
    PER_LEADER,
    PER_RUN,
    AFTER_LOSS,
    AFTER_EXIT,
    PER_OP_COUNT
} PerOp;

typedef enum ExpectOp {
    EXPECT_NOTHING = 1,
    EXPECT_SKIP,  /* name: REASON */
    EXPECT_CLOSE, /* what: PATH */
    EXPECT_ORDER, /* what: ORDER */
    EXPECT_COND,  /* what: expression */
} ExpectOp;

/* The words a definition may use for its inputs and its result. */
typedef enum TypeWord {
    TYPE_WORD_NONE,
    TYPE_WORD_PRICE,
    TYPE_WORD_USD,
    TYPE_WORD_SHARES,
    TYPE_WORD_COINS,
    TYPE_WORD_RATIO,
    TYPE_WORD_NUMBER,
    TYPE_WORD_COUNT,
    TYPE_WORD_DURATION,
    TYPE_WORD_BOOL,
    TYPE_WORD_TOKEN,
    TYPE_WORD_END
} TypeWord;

/* The unit written at a number. The value `num` is already in base units: dollars, price 0..1,
 * ratio (0.3 for 30%), seconds, shares, coins. */
typedef enum NumUnit {
    NUM_PLAIN,
    NUM_USD,     /* $50 */
    NUM_CENT,    /* 5c */
    NUM_PERCENT, /* 30% */
    NUM_BPS,
    NUM_MS,
    NUM_S,
    NUM_M,
    NUM_H,
    NUM_D,
    NUM_SHARES,
    NUM_COINS,
    NUM_UNIT_COUNT
} NumUnit;

enum NodeFlags {
    NF_BRACKETS = 1 << 0, /* stood in round brackets; its place is without them */
    NF_ANY = 1 << 1,      /* MARKET: any "selector" */
    NF_ALL = 1 << 2,      /* ORDER, CANCEL: all */
    NF_NOT = 1 << 3,      /* IS, IN */
    NF_UNKNOWN = 1 << 4,  /* FACT: = unknown */
    NF_BAD = 1 << 5,      /* something inside was unreadable and has been reported */
};

typedef struct Comment {
    struct Comment *next;
    Place place;
    Span text;   /* without its marks and surrounding blanks */
    bool is_doc; /* ## */
} Comment;

/* The comments of a node that the formatter writes on lines of its own. */
typedef struct Comments {
    Comment *before;   /* on the lines above */
    Comment *open;     /* behind its `{` */
    Comment *trailing; /* on its last line */
    Comment *end;      /* above its `}`, or at the end of the file */
} Comments;

typedef struct Node Node;
struct Node { /* lives on the compilation's arena */
    uint16_t kind;
    uint16_t op, op2;
    uint16_t flags;
    uint8_t unit; /* NumUnit */
    uint8_t depth;
    Place place;             /* from its first word to its last, without outer brackets */
    Place name_at, name2_at; /* where the names stand */
    Span name, name2;        /* interned; empty when there is none */
    Span text;
    double num;
    Node **kids;
    uint32_t kid_count;
    uint32_t id;        /* number within the compilation, in order of creation; for side tables */
    Comments *comments; /* NULL when there are none */
};

/* One pointer per name. */
typedef struct Interns Interns;
Interns *interns_new(Arena *arena);
/* The one copy of `name`; spans of equal names have equal `ptr`. */
Span interns_get(Interns *in, Span name);

/* A node with room for `kid_count` kids, all NULL. Never NULL itself; see arena_is_full. */
Node *node_new(Arena *arena, NodeKind kind, Place place, uint32_t kid_count);
/* How many fixed positions the kind has; kids from there on are its list. */
uint32_t node_fixed_kids(NodeKind kind);
bool node_has_list(NodeKind kind);
/* "ORDER", and what the trader calls it: "order". */
const char *node_kind_name(NodeKind kind);
const char *node_kind_says(NodeKind kind);
/* Same meaning: kinds, names, ops, values and spellings agree. Places, ids, brackets and comments
 * are not compared. */
bool node_is_equal(const Node *a, const Node *b);
/* The doc comment's first line, which labels a rule; empty when there is none. */
Span node_label(const Node *n);
/* All lines of the doc comment, joined by newlines. */
Span node_doc(Arena *arena, const Node *n);
/* How a path was written: "slot15.up.ask". */
Span node_path_text(Arena *arena, const Node *path);

/* Words of ops, as written: "stop loss", "per slot", "usd", "%". */
const char *limit_op_words(LimitOp op);
const char *per_op_words(PerOp op);
const char *type_word_text(TypeWord w);
TypeWord type_word_find(Span word);
const char *num_unit_text(NumUnit u);

static inline Node *node_kid(const Node *n, uint32_t i)
{
    return i < n->kid_count ? n->kids[i] : NULL;
}

static inline bool node_is(const Node *n, NodeKind kind)
{
    return n && n->kind == kind;
}

/* for (uint32_t i = node_list(n); i < n->kid_count; i++) n->kids[i] ... */
static inline uint32_t node_list(const Node *n)
{
    return node_fixed_kids((NodeKind)n->kind);
}
