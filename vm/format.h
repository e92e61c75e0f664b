/* format.h — the frozen numbers of a bytecode image (docs/BYTECODE.md draws them).
 *
 * Little-endian, sections 8-byte aligned, no pointers.  Rows below are the disk layout, read in place.
 * Promise: within format major 1 nothing here is renumbered, resized or reused. */
#pragma once

#include <assert.h>
#include <stdint.h>

#include "vm/intents.h"

enum {
    IMAGE_MAGIC = 0x4258444F, /* the bytes O D X B */
    IMAGE_MAJOR = 1,
    IMAGE_MINOR = 0,
    IMAGE_HEADER = 88,
    IMAGE_ALIGN = 8,
};
enum { IMAGE_HAS_WALLET = 1, IMAGE_HAS_DEBUG = 2, IMAGE_IS_TEST = 4 };

typedef enum SectionKind {
    SEC_CONSTS = 1, /* double[]: canonical, ascending, unique */
    SEC_STRINGS =
        2, /* u32 count, u32 offsets[count + 1], bytes; 0 is "", 1 .. reason_count the reasons */
    SEC_INPUTS = 3,   /* InputRow[] */
    SEC_PARAMS = 4,   /* ParamRow[] */
    SEC_STATE = 5,    /* StateRow[] */
    SEC_RULES = 6,    /* RuleRow[] */
    SEC_ACTIONS = 7,  /* ActionRow[] */
    SEC_LIMITS = 8,   /* LimitRow[] */
    SEC_SHOWS = 9,    /* ShowRow[]: shows, then promises, then probes */
    SEC_CODE_U = 10,  /* BlockRow table, then words */
    SEC_CODE_V = 11,  /* the same; parts V, L and S */
    SEC_READY = 12,   /* ReadyRow[] one a rule */
    SEC_SOURCES = 13, /* SourceRow[]: markets, leaders, accounts, feeds in that order */
    SEC_TOKENS = 14,  /* TokenRow[] */
    SEC_CLOCKS = 15,  /* ClockRow[] */
    SEC_LINES = 16,   /* LineRow[] word -> place; not hashed, like all that follow */
    SEC_TYPES = 17,  /* RegRow[] names and types of registers, rules' condition trees (CondRow[]) */
    SEC_SOURCE = 18, /* text */
    SEC_META = 20,   /* ImageMeta, hashed */
    SEC_DERIVED = 22, /* DerivedRow[], hashed */
    SEC_CONDS = 21,   /* CondRow[]: condition trees for "why"; not hashed */
} SectionKind;

/* Operands: file in the top four bits, index below.  0xFFFF is "absent". */
enum {
    OPND_SHARED = 0x0000,  /* shared number register */
    OPND_SHAREDQ = 0x1000, /* shared condition register */
    OPND_WALLET = 0x2000,  /* wallet number register */
    OPND_WALLETQ = 0x3000, /* wallet condition register */
    OPND_CONST = 0x4000,   /* constant */
    OPND_PARAM = 0x5000,   /* param */
    OPND_FILE = 0xF000,
    OPND_INDEX = 0x0FFF,
    OPND_NONE = 0xFFFF,
};

/* Word flags (second byte). */
enum {
    WF_STRICT = 1, /* GATE: skip unless definitely true */
    WF_LAST = 1,   /* REQ: the block's last require */
    WF_READ = 1,   /* PREV: first half */
    WF_WRITE = 2,  /* PREV: second half */
    WF_USD = 1,    /* PBUY, PSELL */
    WF_SELL = 1,   /* FEE */
    WF_EXT = 1,    /* ORDER: the next word's a is `good for` */
    WF_GROUP = 2,  /* ORDER, CLOSE inside a together */
    WF_DYN = 4,    /* effect whose token comes from TOK */
};

/* A condition in registers, state and LDB: exactly one of these three values.  Bit 0: is true, bit 1: is false. */
enum { COND_UNKNOWN = 0, COND_TRUE = 1, COND_FALSE = 2 };

typedef enum Part { PART_U = 0, PART_V = 1, PART_L = 2, PART_S = 3 } Part;

/* State rows.  Every slot begins with the held output (double, or a condition in a uint64). */
typedef enum StateKind {
    SK_NUM = 0,  /* program state, number */
    SK_BOOL = 1, /* program state, condition */
    SK_ARM = 2,  /* arming of a `when` rule */
    SK_PREV = 3,
    SK_PREVB = 4,
    SK_EMA = 5,
    SK_RMA = 6,
    SK_SMA = 7,
    SK_RSI = 8,
    SK_STDEV = 9,
    SK_HIGH = 10,
    SK_LOW = 11,
    SK_VWAP = 12,
    SK_VWAPN = 13,
    SK_XUP = 14,
    SK_HELD = 15,
    SK_SINCE = 16,
    SK_SMPL = 17,
    SK_SMPLB = 18,
    SK_ZSC = 19,
    SK_KINDS
} StateKind;
enum { SPACE_SHARED = 0, SPACE_WALLET = 1 };
enum {
    SF_EXACT = 1, /* SMA: integer window sum */
    SF_SLOTS_SHIFT =
        16, /* life SLOT: bits of further markets whose slot open restarts it as well */
};

typedef struct InputRow {
    uint8_t space;  /* InputSpace */
    uint8_t field;  /* FieldId */
    uint8_t market; /* or MARKET_NONE */
    uint8_t life;   /* 0 goes on, 1 slot-lived */
    uint16_t index; /* token, feed, leader, account + 1 */
    uint16_t pad;
    double low, high; /* proven range; infinities allowed here only */
} InputRow;
typedef enum InputSpace { IN_SHARED = 0, IN_WALLET = 1, IN_EVENT = 2 } InputSpace;

typedef struct ParamRow {
    uint32_t name;                    /* string */
    uint8_t usd, share, coin, second; /* unit: signed powers */
    uint32_t flags;                   /* 1 percent kind, 2 whole, 4 has choices */
    uint32_t pad;
    double value, low, high, step;
} ParamRow;

typedef struct StateRow {
    uint8_t kind, space, life, market; /* life: StateLife; market: whose slot, or MARKET_NONE */
    uint32_t flags;
    uint32_t offset, size; /* in the space's block; size for the largest window */
    uint16_t window, init; /* operands: constant, param or NONE (duration for HELD, n elsewhere) */
    uint32_t max_window;   /* capacity in steps */
    uint64_t clocks;       /* when it advances: bits of ClockRow */
} StateRow;

typedef struct RuleRow {
    uint8_t kind, event, space, pad; /* RuleKind, EventKind for RULE_ON; space of the arming slot */
    uint32_t label;                  /* string, 0 = "" */
    uint32_t arm;                    /* state row, or 0xFFFFFFFF */
    uint16_t first_action, action_count;
    uint64_t clocks,
        markets; /* evaluated at; armed again by a slot open of these (0: of any) markets */
} RuleRow;

typedef struct ActionRow {
    uint8_t kind, size_unit, modifiers, flags; /* flags: AF_* */
    int16_t token; /* token row, market row for split and merge, -1 dynamic or none */
    uint16_t rule;
    uint16_t group; /* 0xFFFF none */
    uint16_t quote;
    uint32_t text; /* alert: string */
} ActionRow;
enum { AF_AT_MARKET = 1, AF_WITHIN_RATIO = 2, AF_CANCEL_ALL = 4, AF_UNWIND = 8 };

typedef struct LimitRow {
    uint8_t kind, per, after, flags; /* flags: 1 the value is a constant or param in `value` */
    uint16_t value, pad;
    /* exit when: instants beside ticks at which it is looked at; time stop: those of all exit whens */
    uint64_t clocks;
} LimitRow;

typedef struct ShowRow {
    uint8_t kind, is_cond, pad[2]; /* 0 show, 1 promise, 2 probe */
    uint32_t name;
} ShowRow;

typedef struct BlockRow {
    uint8_t part, event;
    uint16_t index;
    uint32_t first, count; /* words, from the start of the section's word area */
} BlockRow;
/* A code section: u32 row count, u32 word count, BlockRow[], padding to 8, words. */

typedef struct ReadyRow {
    uint64_t ready_ticks, settled_ticks;
    int64_t ready_us, settled_us;
} ReadyRow;

typedef struct SourceRow {
    uint8_t source; /* 0 market, 1 leader, 2 account, 3 feed */
    uint8_t kind, any, coin;
    uint32_t name, venue, selector; /* strings */
    int64_t slot_us, stale_us;      /* stale_us 0: never; leader: the grouping window */
    uint16_t stale, pad[3];         /* operand when it is a param, else NONE */
} SourceRow;

typedef struct TokenRow {
    uint8_t market, outcome, account, pad;
    uint32_t name;
} TokenRow;

typedef struct ClockRow {
    uint8_t kind, pad;
    uint16_t index, period, pad2; /* period: operand for CLOCK_EVERY */
    int64_t period_us;            /* when constant */
} ClockRow;

typedef struct ImageMeta {
    uint32_t reason_count; /* reason REASON_OWN + i is string 1 + i */
    uint32_t shared_regs, shared_qregs, wallet_regs, wallet_qregs;
    uint32_t shared_state, wallet_state; /* bytes */
    uint32_t title;
    uint32_t quotes, groups;
} ImageMeta;

typedef struct LineRow {
    uint8_t section, pad; /* 10 or 11 */
    uint16_t file;
    uint32_t word, begin, end;
} LineRow;

/* A number that follows from params: `op` (of the arithmetic group) on constants, params and earlier rows, worked
 * out when an instance is made.  Its operand is OPND_PARAM | number of params + row. */
typedef struct DerivedRow {
    uint8_t op, pad;
    uint16_t a, b, pad2; /* b: 0 when the operation takes one operand */
} DerivedRow;

/* What a node of a condition is.  Comparisons carry CO_GRID when they are made on the money grid. */
typedef enum CondOp {
    CO_AND = 0,
    CO_OR = 1,
    CO_NOT = 2, /* children follow */
    CO_LT = 3,
    CO_LE = 4,
    CO_GT = 5,
    CO_GE = 6,
    CO_IS = 7,
    CO_ISNT = 8,
    CO_BETWEEN = 9, /* left in right .. right2 */
    CO_ABOVE = 10,
    CO_BELOW = 11, /* crosses */
    CO_HELD = 12,  /* left child for `right` seconds */
    CO_KNOWN = 13,
    CO_OTHER = 14, /* a condition without parts to show */
    CO_GRID = 0x80,
} CondOp;

/* How people read the numbers of a node. */
typedef enum CondUnit {
    CU_PLAIN = 0,
    CU_PERCENT = 1,
    CU_PRICE = 2,
    CU_USD = 3,
    CU_SHARES = 4,
    CU_DURATION = 5,
    CU_COINS = 6,
    CU_PERCOIN = 7,
} CondUnit;

/* One node of a condition as written, in preorder; its value is that of an operand after word `word` ran. */
typedef struct CondRow {
    uint16_t rule, depth;
    uint8_t op;   /* CondOp */
    uint8_t role; /* 0 rule condition, 1 require, 2 limit */
    uint16_t child_count;
    uint8_t section,
        unit; /* section of the word; 0: `left`, `right` are constants or params; unit: CondUnit */
    uint16_t left, right, right2, value,
        pad2; /* operands; value NONE: follows from the children, or left and right */
    uint32_t word;
    uint32_t begin, end; /* place of the text */
    uint16_t file, pad;
} CondRow;

/* Limits of 5.5. */
enum {
    MAX_CODE_WORDS = 8192,
    MAX_NODES = 8192,
    MAX_MARKETS = 16,
    MAX_TOKENS = 64,
    MAX_LEADERS = 8,
    MAX_ACCOUNTS = 8,
    MAX_FEEDS = 16,
    MAX_PARAMS = 64,
    MAX_RULES = 128,
    MAX_ACTIONS = 256,
    MAX_REASONS = 256,
    MAX_CLOCKS = 64,
    MAX_WINDOW = 100000,
    MAX_COST = 20000,
    MAX_SHARED_STATE = 4 << 20,
    MAX_WALLET_STATE = 4 << 10,
    MAX_SHARED_REGS = 4096,
    MAX_WALLET_REGS = 1024,
    MAX_CONSTS = 4096,
    MAX_STATE_ROWS = 8192,
    MAX_INPUTS = 4096,
    MAX_SHOWS = 4096,
    MAX_LIMITS = 256,
    MAX_DERIVED = 1024,
};
