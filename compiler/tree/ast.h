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

/* Positions of the kids, for reading: n->kids[KID_ORDER_TOKEN]. */
enum {
    KID_FILE_HEADER = 0,
    KID_FILE_ITEMS = 1,
    KID_HEADER_TITLE = 0,
    KID_USE_PATH = 0,
    KID_USE_PIN = 1,
    KID_MARKET_SELECTOR = 0,
    KID_MARKET_STALE = 1,
    KID_LEADER_SELECTOR = 0,
    KID_LEADER_GROUPED = 1,
    KID_FEED_RANGE = 0,
    KID_FEED_STALE = 1,
    KID_PARAM_VALUE = 0,
    KID_PARAM_DOMAIN = 1,
    KID_PARAM_STEP = 2,
    KID_DEF_BODY = 0,
    KID_DEF_FORMALS = 1,
    KID_RULE_EVENT = 0,
    KID_RULE_COND = 1,
    KID_RULE_BLOCK = 2,
    KID_ORDER_SIZE = 0,
    KID_ORDER_TOKEN = 1,
    KID_ORDER_PRICE = 2,
    KID_ORDER_MODIFIERS = 3,
    KID_CLOSE_TOKEN = 0,
    KID_CLOSE_WITHIN = 1,
    KID_SETS_SIZE = 0,
    KID_SETS_MARKET = 1,
    KID_TOGETHER_WITHIN = 0,
    KID_TOGETHER_BLOCK = 1,
    KID_REPEAT_RANGE = 0,
    KID_REPEAT_BLOCK = 1,
    KID_QUOTE_TOKEN = 0,
    KID_QUOTE_SIDES = 1,
    KID_QUOTE_SIDE_PRICE = 0,
    KID_QUOTE_SIDE_SIZE = 1,
    KID_TEST_TITLE = 0,
    KID_TEST_GIVEN = 1,
    KID_TEST_ROWS = 2,
    KID_ROW_TIME = 0,
    KID_ROW_STEPS = 1,
    KID_FACT_PATH = 0,
    KID_FACT_VALUE = 1,
    KID_FILL_SIZE = 0, /* HAPPEN_FILL */
    KID_FILL_TOKEN = 1,
    KID_FILL_PRICE = 2,
    KID_TRADE_LEADER = 0, /* HAPPEN_LEADER */
    KID_TRADE_SIZE = 1,
    KID_TRADE_TOKEN = 2,
    KID_TRADE_PRICE = 3,
    KID_EXPECT_WHAT = 0,
    KID_EXPECT_BECAUSE = 1,
    KID_ANCHOR_ID = 0,
    KID_ANCHOR_X = 1,
    KID_ANCHOR_Y = 2,
    KID_IF_COND = 0,
    KID_IF_THEN = 1,
    KID_IF_ELSE = 2,
};

typedef enum HeaderOp { AST_HEADER_STRATEGY = 1, AST_HEADER_MODULE } HeaderOp;
typedef enum RuleOp { AST_RULE_WHEN = 1, AST_RULE_WHILE, AST_RULE_ON } RuleOp;
typedef enum SideOp { AST_SIDE_NONE, AST_SIDE_BUY, AST_SIDE_SELL } SideOp;
typedef enum SetsOp { AST_SETS_SPLIT = 1, AST_SETS_MERGE } SetsOp;
typedef enum TogetherOp { AST_TOGETHER_UNWIND = 1, AST_TOGETHER_KEEP } TogetherOp;
typedef enum QuoteOp { AST_QUOTE_BID = 1, AST_QUOTE_ASK } QuoteOp;
typedef enum CmpOp { AST_CMP_LT = 1, AST_CMP_LE, AST_CMP_GT, AST_CMP_GE } CmpOp;
typedef enum CrossesOp { AST_CROSSES_ABOVE = 1, AST_CROSSES_BELOW } CrossesOp;
typedef enum BinaryOp { AST_ADD = 1, AST_SUB, AST_MUL, AST_DIV, AST_OF } BinaryOp;
typedef enum LeaderOp {
    AST_LEADER_BUY = 1,
    AST_LEADER_SELL,
    AST_LEADER_SPLIT,
    AST_LEADER_MERGE
} LeaderOp;

typedef enum EventOp {
    AST_EVENT_EVERY = 1,  /* operand: period */
    AST_EVENT_SLOT_OPEN,  /* operand: market or NULL */
    AST_EVENT_SLOT_CLOSE, /* the same */
    AST_EVENT_FILL,       /* operand: token or NULL */
    AST_EVENT_TICK,       /* operand: market or NULL */
    AST_EVENT_START,
    AST_EVENT_RESOLVE, /* operand: market or NULL */
    AST_EVENT_REJECT,  /* operand: token or NULL */
    AST_EVENT_PATH,    /* operand: whale.trade, whale.split, whale.merge */
} EventOp;

typedef enum ModifierOp {
    AST_MODIFIER_POST_ONLY = 1,
    AST_MODIFIER_GOOD_FOR, /* with its duration */
    AST_MODIFIER_ALL_OR_NOTHING,
    AST_MODIFIER_NOW_OR_NEVER,
} ModifierOp;

typedef enum LimitOp {
    AST_LIMIT_STOP_LOSS = 1,
    AST_LIMIT_TAKE_PROFIT,
    AST_LIMIT_TRAILING_STOP,
    AST_LIMIT_TIME_STOP,
    AST_LIMIT_MAX_POSITION,
    AST_LIMIT_MAX_EXPOSURE,
    AST_LIMIT_MAX_TRADES,
    AST_LIMIT_MAX_LOSS,
    AST_LIMIT_MAX_DRAWDOWN,
    AST_LIMIT_MAX_OPEN,
    AST_LIMIT_MAX_LEVERAGE,
    AST_LIMIT_NO_ENTRY_WHEN,
    AST_LIMIT_EXIT_WHEN,
    AST_LIMIT_COOLDOWN,
    AST_LIMIT_HOLD_TO_RESOLUTION,
    AST_LIMIT_HOLD_FOREVER,
    AST_LIMIT_OP_COUNT
} LimitOp;

/* What follows `per` in a state or limit, or `after` in a cooldown. */
typedef enum PerOp {
    AST_PER_NONE,
    AST_PER_SLOT,
    AST_PER_HOUR,
    AST_PER_DAY,
    AST_PER_WEEK,
    AST_PER_MARKET,
    AST_PER_LEADER,
    AST_PER_RUN,
    AST_AFTER_LOSS,
    AST_AFTER_EXIT,
    AST_PER_OP_COUNT
} PerOp;

typedef enum ExpectOp {
    AST_EXPECT_NOTHING = 1,
    AST_EXPECT_SKIP,  /* name: REASON */
    AST_EXPECT_CLOSE, /* what: PATH */
    AST_EXPECT_ORDER, /* what: ORDER */
    AST_EXPECT_COND,  /* what: expression */
} ExpectOp;

/* The words a definition may use for its inputs and its result. */
typedef enum TypeWord {
    AST_TYPE_NONE,
    AST_TYPE_PRICE,
    AST_TYPE_USD,
    AST_TYPE_SHARES,
    AST_TYPE_COINS,
    AST_TYPE_RATIO,
    AST_TYPE_NUMBER,
    AST_TYPE_COUNT,
    AST_TYPE_DURATION,
    AST_TYPE_BOOL,
    AST_TYPE_TOKEN,
    AST_TYPE_END
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
/* Equal for equal nodes; different for most others. */
uint64_t node_hash(const Node *n);
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
