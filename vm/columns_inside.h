/* columns_inside.h — the graph of a block and the words it is worked out on; for the columns only.
 *
 * A node is one value: what a word of code, an input, a constant or a time operator gives at each tick of
 * the present word of ticks.  Nodes stand in the order of the code, so that arguments come first. */
#pragma once

#include "vm/columns.h"
#include "vm/machine.h"
#include "vm/wakes.h"

enum {
    NO_NODE = 0xFFFF,
    MAX_COLUMN_NODES = 1024,
    MAX_VARIED_NODES = 32768,
    MAX_VARIED_ROWS = 2048,
    LANE_GROUPS = COLUMN_SLOTS / LANES,
    SHEET_WORDS = COLUMN_SHEET / WORD
};

typedef enum NodeKind {
    NODE_FIXED,   /* a constant or param, a condition written in the code */
    NODE_INPUT,   /* of ticks: input row `row` */
    NODE_HELD,    /* stands somewhere, moves between ticks alone */
    NODE_NUM,     /* Kernels.num[op] of a, b */
    NODE_MICROS,  /* Kernels.micros of a */
    NODE_SELECT,  /* a condition; b, c numbers */
    NODE_COMPARE, /* Kernels.compare[op] of a, b */
    NODE_WITHIN,  /* conditions a, b: low <= x, x <= high */
    NODE_LOGIC,   /* op of conditions a, b */
    NODE_CHOICE,  /* SELB of conditions a, b, c */
    NODE_ROW,     /* row `row` of Columns.rows */
    NODE_ARM,     /* whether an edge fires; for its own words alone */
    NODE_BETWEEN, /* node `row` of the between: as the last boundary before the tick left it */
    NODE_TICKED,  /* of a between: what state row `row` holds after the tick before the boundary */
    NODE_BOOK,    /* op, flags of the book of token `row`; a: the amount or limit */
} NodeKind;

typedef struct Node {
    uint8_t kind, op; /* NodeKind */
    uint8_t flags;    /* of the word */
    bool is_cond, is_volatile;
    bool is_wild;   /* volatile, and may move at any tick that is shown */
    bool is_late;   /* cannot be worked out before its slot: of time, of what came before */
    bool is_ticked; /* of a between: not before the ticks' rows have advanced */
    uint8_t cost;   /* what is asked first */
    uint16_t a, b, c;
    uint32_t row;
    /* HELD: the double or condition.  TICKED, once tied (`row` is then that of the ticks' rows): what it held before
     * their word; NULL where the boundary's own block does not load it */
    const void *held;
} Node;

/* A comparison of an input that only rises or falls with a number, over a stretch. */
typedef struct Steady {
    uint32_t stretch; /* what it was worked out for; 0: nothing.  Volatile ones: Columns.run */
    bool is_known;
    uint8_t before, after; /* the condition up to tick `flip`, and from it on */
    uint32_t flip,
        offset; /* offset: from the beginning of the stretch, the last time it lay inside */
} Steady;

typedef struct Edge { /* columns_edges.c */
    uint16_t rule, node;
    MemArm *arm;    /* NULL: it acts whenever its condition is true */
    MemState *init; /* a first value in place of a rule; `node` is the value */
    uint32_t at;    /* of its word */
    uint32_t first_set, set_count;
} Edge;
typedef struct EdgeSet {
    MemState *state;
    uint16_t node;
} EdgeSet;

typedef enum RowWay {
    ROW_STEPS,    /* tick by tick */
    ROW_AVERAGES, /* EMA, RMA, RSI: in a bank once it is seeded */
    ROW_SUMS,     /* SMA of whole micros */
} RowWay;

typedef struct Row {     /* a time operator that advances at these ticks */
    uint16_t node, x, y; /* y: second operand */
    uint8_t op, flags, way;
    bool is_lane;  /* runs slots abreast */
    bool is_plain; /* steps where a tick is shown, for what it reads moves there */
    bool is_joint; /* ticks and boundaries advance it in turn: columns_joint.c */
    bool is_warm;  /* it lives on, and runs slots abreast all the same: columns_warm.c */
    bool is_led;   /* its numbers in the present sheet, and its memory behind it, came that way */
    uint16_t warm_bank, warm_part; /* part: of the bank; bank of SUMS: which of them */
    uint32_t at;                   /* of its word */
    uint32_t advanced;             /* the epoch of the word over which it has, of what is tied */
    uint16_t other;                /* JOINT: the same row of the other columns */
    uint32_t waiting; /* words of the sheet whose numbers are still to be made of its parts */
    double *whole;    /* in order: its numbers, by tick of the sheet */
    double *parts[2]; /* the same: rises and falls, then their averages; or sums */
    uint16_t bank;    /* AVERAGES, slots abreast: which LaneBank */
    const StateLink *link;
    void *memory;
    uint32_t offset; /* of its memory in that of a lane */
    /* slots abreast: by lane and step.  AVERAGES: out, of RSI up and down; out[0]: the numbers of lanes that went
     * step by step */
    double *out[2];
    int64_t *sums;      /* SUMS: by lane, of the slot's first so many values */
    uint32_t *sums_len; /* by lane: how many are there, from the end of the slot's first one */
} Row;

typedef struct Lane {
    ColumnSlot slot;
    bool is_stepped; /* some value was not ordinary: rows go step by step */
    bool is_needed;  /* its memory at the end is */
    char *memory;    /* the shared block, as its lane rows are at the end */
} Lane;

/* Averages of one input that advance together, slots abreast. */
typedef struct LaneGroup {
    uint32_t done; /* steps; 0: not seeded yet */
    BankGroup ema[BANK_EMA], rma[BANK_RMA];
    double before[LANES];               /* the inputs of the last step */
    double *rooms[BANK_EMA + BANK_RMA]; /* by part, step of the packed word and lane */
} LaneGroup;
typedef struct LaneBank {
    bool is_joint; /* both groups advance in one call */
    uint16_t x, rows[BANK_EMA + BANK_RMA];
    uint16_t sums; /* a row of sums of the same input; NO_NODE: none */
    uint32_t row_count, ema_count, rma_count, seeds;
    bool has_changes, has_means; /* some are RSI, some RMA */
    LaneGroup groups[LANE_GROUPS];
} LaneBank;

/* Of a bank with so many parts a group: does another row find room, do both groups advance in one call? */
static inline bool bank_has_room(uint32_t ema_count, uint32_t rma_count, const Row *r)
{
    if (r->op == OP_EMA) return ema_count < BANK_EMA;
    return rma_count + (r->op == OP_RSI ? 2 : 1) <= BANK_RMA;
}
static inline bool bank_is_joint(uint32_t ema_count, uint32_t rma_count)
{
    return ema_count * LANE_GROUPS <= BANK_EMA && rma_count * LANE_GROUPS <= BANK_RMA;
}

/* Of a quote, in this order: prices and sizes of bid and ask, the step at which it is replaced. */
enum { QUOTE_BID, QUOTE_BID_SIZE, QUOTE_ASK, QUOTE_ASK_SIZE, QUOTE_REFRESH, QUOTE_NODES };

typedef struct Ahead Ahead;
typedef struct Warm Warm;

struct Columns {
    Vm *vm;
    const Kernels *k;
    ColumnSource source;
    uint64_t clock; /* of the ticks */
    Node *nodes;
    uint32_t node_count;
    uint16_t *num_of, *cond_of; /* by shared register: the node it ends with */
    uint16_t *out_nums, *out_conds;
    uint32_t out_num_count, out_cond_count;
    Row *rows;
    uint32_t row_count, first_rows; /* the first instance's stand in front */
    uint16_t *held_rows;            /* rows whose held outputs other blocks read */
    uint32_t held_row_count;
    Held *kept; /* by held row */
    /* of the present word */
    uint32_t first, count;
    uint64_t valid; /* bits of its ticks */
    const int64_t *now_us;
    uint32_t epoch, held_epoch;
    uint32_t *stamps;           /* by node */
    double (*room)[WORD];       /* by node */
    const double **nums;        /* by node: where its numbers are */
    Mask *masks;                /* by node */
    bool *is_fine;              /* by node: inputs: all are ordinary */
    Steady *steady;             /* by node */
    bool is_bounded, has_plain; /* has_plain: rows that are */
    bool is_restless;           /* something is volatile that does not stand somewhere */
    uint16_t *watched;          /* nodes HELD, and what stood there when it was looked at last */
    uint64_t *watched_bits;
    uint32_t watched_count;
    Edge *edges;
    EdgeSet *sets;
    uint32_t edge_count, set_count;
    uint32_t stretch, run, stretch_first, stretch_end;
    /* averages gathered for one bank */
    uint16_t bank_rows[BANK_EMA + BANK_RMA];
    BankGroup ema[BANK_EMA], rma[BANK_RMA];
    uint32_t bank_count, ema_count, rma_count;
    bool bank_is_positive; /* no RMA of it has seen a negative number: they are RSI */
    double bank_before[BANK_RMA];
    Row *bank_sum; /* a moving sum that goes along; NULL */
    const double *bank_sum_x;
    /* the present sheet: words of ticks over which rows have advanced */
    uint32_t sheet, sheet_first, sheet_end, sheet_most; /* sheet: its number; most: ticks */
    Mask (*sheets)[SHEET_WORDS + 1]; /* by node: conditions, by word of the sheet */
    uint32_t *sheet_stamps;          /* by node: the sheet all of whose ticks stand there */
    /* slots abreast */
    Lane *lanes;
    uint32_t slot_ticks, lane_stride;      /* a slot's ticks, in whole words; from lane to lane */
    uint32_t lane_count, lane;             /* lane: of the present word; lane_count: none */
    uint32_t lane_rows, lane_bytes, seeds; /* seeds: of the slowest average */
    LaneBank *banks;
    uint32_t bank_total;
    double (*lane_x)[WORD];              /* by lane */
    double *packed[LANE_GROUPS][3];      /* by step (one before) and lane: x, rises, falls */
    const void *packed_for[LANE_GROUPS]; /* the bank whose word stands there, and its first step */
    uint32_t packed_from[LANE_GROUPS];
    double *packed_sums; /* the bits of whole numbers, by step and lane */
    double *zeros, *scratch;
    Ahead *ahead;           /* columns_ahead.c; NULL: nothing is worked out ahead */
    Warm *warm;             /* columns_warm.c; NULL: nothing that lives on runs abreast */
    Wakes wakes;            /* of the wallet's part of the block */
    uint16_t own[WAKE_OWN]; /* nodes: conditions of the wallet's own */
    uint32_t own_count;
    uint16_t quotes[WAKE_QUOTES][QUOTE_NODES];
    uint32_t quote_count;
    uint16_t event, index; /* EventKind and index of the block */
    uint64_t between; /* columns_between.c: at which ticks of the word a boundary comes first */
    /* columns_joint.c: rows of ticks and of boundaries wait for each other, and advance when one is asked for */
    bool is_tied;
    Columns *ticks; /* of a between that is */
};

/* columns.c */
const double *columns_num(Columns *c, uint16_t node);
Mask columns_mask(Columns *c, uint16_t node);
/* The same for a condition that is asked for once a word. */
Mask columns_leaf(Columns *c, uint16_t node);
/* The row of the input that a comparison compares with a number; false: it does not. */
bool columns_compared(const Columns *c, const Node *n, uint32_t *ret_input);
/* What a comparison comes to at all ticks of the word, where the lowest and the highest value tell. */
bool columns_decide(const Columns *c, const Node *n, Mask *ret);
/* The same out of its numbers. */
Mask columns_compare(Columns *c, const Node *n);
/* What a LOGIC, CHOICE or WITHIN node makes of its arguments; b, c may be anything where it has none. */
Mask columns_join(uint8_t kind, uint8_t op, Mask a, Mask b, Mask c);
/* One of its places as a condition. */
static inline uint8_t columns_cond_at(Mask m, uint32_t i)
{
    return (uint8_t)((m.is_true >> i & 1) | (m.is_false >> i & 1) << 1);
}
/* What rows hold has moved: what depends on it is worked out anew, and columns_moved will find it moved as well. */
static inline void held_moved(Columns *c)
{
    c->held_epoch++;
}
/* Begins a word: nothing is worked out yet. */
void columns_begin(Columns *c, uint32_t first, uint32_t count);

/* The condition over some words of the sheet, by bit, to c->sheets. */
void sheet_work_out(Columns *c, uint16_t node, uint32_t words);
/* Does it stand there for the present word?  Lanes are worked out at words that lie elsewhere. */
bool sheet_has(const Columns *c, uint16_t node);
/* What it is at the present word, which lies in the sheet. */
Mask sheet_mask(const Columns *c, uint16_t node);
/* A comparison over a stretch; NULL when it is not steady, or may be unknown. */
const Steady *steady_of(Columns *c, uint16_t node);
/* A tick, at most `limit`, up to which a condition is known to be false from `first` on, by what only rises or
 * falls. */
uint32_t steady_until(Columns *c, uint16_t node, uint32_t first, uint32_t limit);
/* What it is at so many ticks from `first` on. */
Mask steady_mask(const Steady *s, uint32_t first, uint32_t count);

/* columns_rows.c: rows in order */
/* False: there are none. */
bool rows_advance(Columns *c);
/* Of what is tied: this row, if it has not yet; and all that waited for the ticks' rows. */
void rows_need(Columns *c, uint32_t row);
void rows_advance_rest(Columns *c);
/* The numbers of a row at the present word, which lies in the sheet. */
const double *rows_num(Columns *c, Row *r);
/* The averages gathered so far. */
void rows_flush(Columns *c);
/* One step of any row at a tick. */
typedef struct StepInput {
    double x, y;
    uint8_t cond;
    int64_t now_us;
} StepInput;
void row_step(const Row *r, void *memory, const StepInput *in);

/* The n values of a full window, oldest first; and back, so that the oldest one stands at `at`. */
void window_lay_out(const MemWindow *m, uint32_t n, int64_t *all);
void window_take_back(MemWindow *m, uint32_t n, const int64_t *all);

/* One step of a plain row at tick `i` of the word. */
void row_step_plain(Columns *c, Row *r, uint32_t i);

/* columns_between.c: what a row of the between holds at the ticks of the present word. */
const double *between_num(Columns *c, const Node *n, double *room);
Mask between_mask(Columns *c, const Node *n);

/* columns_joint.c */
/* May boundaries read what ticks advance, and advance what they do? */
bool joint_is_known(void);
/* Ties the ticks' columns to those of boundaries, if these want it; false: they cannot be. */
bool joint_tie(Columns *c);
/* Advances a joint row, of either columns, over the present words of both. */
void joint_advance(Columns *c, Row *r);
/* What a row of the ticks holds at the boundaries of the present word. */
const double *ticked_num(Columns *between, const Node *n, double *room);
Mask ticked_mask(Columns *between, const Node *n);

/* columns_lanes.c */
/* Rows of one input go into banks. */
bool lanes_plan(Columns *c, Arena *arena);
/* The slots are new. */
void lanes_begin(Columns *c);
/* The numbers of a row at the present word. */
const double *lanes_num(Columns *c, const Row *r);
/* Memory of the rows as at the end of the present slot. */
void lanes_settle(Columns *c);

/* columns_warm.c */
/* False: memory ends. */
bool warm_plan(Columns *c, Arena *arena);
/* The slots are new. */
void warm_slots(Columns *c, const ColumnSlot *slots, uint32_t count);
/* A sheet begins: which rows are led in it. */
void warm_sheet(Columns *c);
/* A word of the sheet's numbers of a row that is led, to its room. */
void warm_fill(Columns *c, const Row *r, uint32_t word);
/* Words are those of a slot that has not come; SLOT_AT_HAND: of the present sheet again. */
void warm_ahead(Columns *c, uint32_t slot);
bool warm_is_ahead(const Columns *c);
/* Too many slots did not fit: none will be looked at. */
bool warm_is_hopeless(const Columns *c);
/* The numbers there, if the row will be led in that slot. */
const double *warm_num(Columns *c, const Row *r);

/* columns_rooms.c: numbers from the beginning of a cache line on, so that eight of them never lie in two; NULL */
double *columns_lines(size_t count, Arena *arena);
