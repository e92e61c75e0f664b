/* columns.h — the shared part of a market's ticks, 64 ticks at a time.
 *
 * The words of block U become a graph of values.  A value is worked out for a whole word of ticks when
 * somebody asks for it; terms of an `and` that is false throughout are never asked for.  Time operators
 * advance in order; averages that restart with the slot may run eight or sixteen slots abreast.
 * Promise: every register, condition and memory has the bits that the words give, tick by tick. */
#pragma once

#include "vm/kernels.h"
#include "vm/vm.h"
#include "vm/wakes.h"

typedef enum ColumnsWhy {
#define COLUMNS(name, sentence) COLUMNS_##name,
#include "vm/columns.def"
#undef COLUMNS
    COLUMNS_WHY_COUNT
} ColumnsWhy;
const char *columns_sentence(ColumnsWhy why);

typedef struct Columns Columns;

/* How an input behaves over a stretch of ticks. */
typedef enum InputMotion {
    INPUT_TICK,  /* each tick says it */
    INPUT_AFTER, /* a tick and what came before it in its slot say it */
    INPUT_RISES, /* the same, and it never falls from one tick to the next within a word */
    INPUT_FALLS,
    INPUT_HELD, /* moves at other events alone: the machine's own input */
} InputMotion;

/* Where columns get their inputs.  Ticks are numbered by the caller. */
typedef struct ColumnSource {
    void *ctx;
    /* Input row `input` at ticks `first` .. of a word: 64 places that may be read, of which `count` matter.
     * `room` may be used.  *ret_is_fine: those are known, and 0 or of ordinary size (Kernels.is_ordinary). */
    const double *(*fetch)(void *ctx, uint32_t input, uint32_t first, uint32_t count, double *room,
                           bool *ret_is_fine);
    double (*at)(void *ctx, uint32_t input, uint32_t tick); /* one of them */
    /* Is every one of so many ticks known, and 0 or of ordinary size, as far as is known beforehand? */
    bool (*is_fine)(void *ctx, uint32_t input, uint32_t first, uint32_t count);
    /* Two numbers between which, or at which, it lies at every one of so many ticks, all of them known; false:
     * nothing is known beforehand. */
    bool (*range)(void *ctx, uint32_t input, uint32_t first, uint32_t count, double *ret_low,
                  double *ret_high);
    /* What operation `op` (PBUY PSELL DBUY DSELL FEE) needs of a token's book at a tick; false: the token is
     * of another market, its book moves at other events alone. */
    bool (*book)(void *ctx, int32_t token, uint8_t op, uint32_t tick, TokenBook *ret);
    /* From now on inputs are those of one of the slots ahead, as its opening is forecast; SLOT_AT_HAND: as
     * things stand.  NULL: nothing is forecast. */
    void (*ahead)(void *ctx, uint32_t slot);
    /* It will be asked for at these ticks before long. */
    void (*expect)(void *ctx, uint32_t input, uint32_t first, uint32_t count);
    const InputMotion *motions; /* by input row */
    /* Where a wallet input stands that moves at events alone which are shown; NULL: it moves at ticks.  May be NULL. */
    const double *(*own)(void *ctx, uint32_t input);
    Columns *between; /* the columns of boundaries that lie between the ticks; NULL: none */
} ColumnSource;

/* Slots ahead, by tick: [begin, end) of each, one behind the other. */
typedef struct ColumnSlot {
    uint32_t begin, end;
} ColumnSlot;
enum { COLUMN_SLOTS = 16, COLUMN_SHEET = 1024, SLOT_AT_HAND = COLUMN_SLOTS };

/* Further instances of the same image, on the same ticks, which differ in params alone: values that come
 * out equal are one.  A time operator that the first instance has not lives in the memory of the first
 * one here that has it, which columns_slot_open restarts. */
typedef struct ColumnVariants {
    Vm *const *vms;
    uint32_t count;
    const uint16_t *conds; /* shared condition registers that are asked for */
    uint32_t cond_count;
    uint16_t *nodes; /* by instance and condition: filled in; for vm/bitmaps.h */
} ColumnVariants;

/* The columns of block U of (tick, market); slots of at most `slot_ticks` ticks may run abreast; `more`:
 * NULL or further instances.  NULL with *ret_why, FINE when memory ends. */
Columns *columns_new(Vm *vm, uint8_t market, const Kernels *kernels, const ColumnSource *source,
                     uint32_t slot_ticks, const ColumnVariants *more, Arena *arena,
                     ColumnsWhy *ret_why);
/* The columns of block U of boundaries, which come one by one between ticks: their "ticks" are boundaries, numbered
 * by the caller.  NULL with the reason, too, when what they advance moves at other events as well. */
Columns *columns_new_between(Vm *vm, uint8_t market, const Kernels *kernels,
                             const ColumnSource *source, Arena *arena, ColumnsWhy *ret_why);
/* Told before each word of ticks that has a `between`: bit i of `bits`: the next one of the boundaries of the
 * between's own present word lies right before tick i.  0: there is none, and no such word. */
void columns_between(Columns *c, uint64_t bits);
/* Has it averages that restart with the slot, or such as forget what came before, so that slots may run abreast? */
bool columns_have_lanes(const Columns *c);
/* Says which slots follow, the first beginning with the next tick; memory that lives in the slot is as
 * after its opening.  Their ticks must then come to the end of each slot, slot by slot.  `has_more`: behind
 * the last one another slot opens.  Memory of a slot behind which another opens is not left as the ticks
 * leave it, unless some other block loads what it holds: the opening restarts it. */
void columns_abreast(Columns *c, const ColumnSlot *slots, uint32_t count, bool has_more);

/* Ticks so far at which averages that live on came from slots abreast. */
uint64_t columns_led(const Columns *c);
/* ... or sums that live on, where there are no such averages. */
uint64_t columns_led_sums(const Columns *c);

/* A slot of the market opens: what further instances have of their own restarts. */
void columns_slot_open(Columns *c, uint8_t market);

/* Ticks of one slot and one day: as things stand, what rises or falls does so throughout.  Told before the
 * words it consists of. */
void columns_stretch(Columns *c, uint32_t first, uint32_t end);
/* Other events may have come in between: other markets' slots have moved. */
void columns_rerun(Columns *c);
/* Must words end where other events come in, and before instants at which something happens by itself?  Their
 * memory is then looked at, or what it is made of moves. */
bool columns_are_bounded(const Columns *c);
/* Are there time operators whose inputs move at ticks that are shown?  Then every tick must be. */
bool columns_are_stepped(const Columns *c);
/* Is the condition made of such?  Of a rule that sets states: the same. */
bool columns_cond_is_stepped(const Columns *c, uint16_t reg);
bool columns_edge_is_stepped(const Columns *c, uint32_t edge);
/* The sheet of ticks `first` .. `first + count`: memory is advanced over them at once, words are taken of them,
 * and ticks may be passed without a word.  As for a word, a sheet lies in one stretch without gaps.  At most so
 * many ticks; 64: other blocks look at what these ticks leave, so that words go alone. */
uint32_t columns_sheet_most(const Columns *c);
void columns_sheet(Columns *c, uint32_t first, uint32_t count, const int64_t *now_us);
/* The end of the sheet that a tick lies in; the tick itself: it lies in none. */
uint32_t columns_sheet_end(const Columns *c, uint32_t tick);
/* Does memory want no words of ticks from `first` on, for all of it runs abreast?  Then they may be passed without
 * a sheet. */
bool columns_are_free(Columns *c, uint32_t first);
/* Ticks of the sheet, or free ones, that were passed. */
void columns_pass(Columns *c, uint32_t first, uint32_t count);
/* A tick, at most `limit`, up to which the condition is definitely false from `first` on, within the sheet.
 * Of what may move between ticks it looks at inputs that only rise or fall alone. */
uint32_t columns_false_until(Columns *c, uint16_t reg, uint32_t first, uint32_t limit);

/* Those of the conditions `regs` that ticks, slots and averages which run slots abreast say alone may be worked out for
 * several slots before these come.  False: memory ends. */
bool columns_plan_ahead(Columns *c, const uint16_t *regs, uint32_t count, Arena *arena);
bool columns_look_ahead(const Columns *c); /* are there any? */
/* Works them out for slots told ahead, the first of which has opened, behind columns_abreast. */
void columns_ahead(Columns *c, const ColumnSlot *slots, uint32_t count);
/* Ticks of slot number `slot` of those at which one of these conditions becomes true, as forecast; at most so many. */
uint32_t columns_ahead_rises(const Columns *c, uint32_t slot, uint32_t *ticks, uint32_t most);
/* The sheet that has just begun is all of slot number `slot` of those, which opened as was forecast.  False: none
 * was taken over, for averages that live on are not what they were taken for. */
bool columns_ahead_take(Columns *c, uint32_t slot);

/* The word of ticks `first` .. `first + count` (at most 64), of the sheet or alone: then memory is advanced
 * over it.  A word does not cross slot openings, days, or gaps in which the market went stale.  `now_us`: of each
 * tick. */
void columns_word(Columns *c, uint32_t first, uint32_t count, const int64_t *now_us);
/* What condition register `reg` is at its ticks when the block has run; bits beyond count mean nothing. */
Mask columns_cond(Columns *c, uint16_t reg);
/* The wakes of the wallet's part of the block: vm_wakes, worked out once. */
const Wakes *columns_wakes(const Columns *c);
/* Conditions of the wallet's own rules (Wakes.own), in their order: how many there are, 0 where one of them is made
 * of what moves at ticks, and what one is at the ticks of the word, as things stand. */
uint32_t columns_own_count(const Columns *c);
Mask columns_own(Columns *c, uint32_t own);
/* The quotes of the wallet's rules (Wakes.quotes), in their order: how many there are, 0 where something in one of
 * them moves at ticks of its own, and what one asks for at the ticks of the word, as things stand. */
typedef struct ColumnQuote {
    const double *bid, *bid_size, *ask, *ask_size, *refresh;
} ColumnQuote;
uint32_t columns_quote_count(const Columns *c);
ColumnQuote columns_quote(Columns *c, uint32_t quote);
/* The number state row `row`, which this block advances, holds after tick `i` of the word. */
double columns_row_num(Columns *c, uint32_t row, uint32_t i);
/* Rules of the block that set states all wallets share, and first values of such states. */
uint32_t columns_edges(const Columns *c);
uint16_t columns_edge_rule(const Columns *c, uint32_t edge); /* 0xFFFF: none, a first value */
/* What it waits for at ticks of the word. */
Mask columns_edge(Columns *c, uint32_t edge);
/* Would it act where that is true?  Has it an arm: then only at the first such tick behind a false one? */
bool columns_edge_fires(const Columns *c, uint32_t edge);
bool columns_edge_is_armed(const Columns *c, uint32_t edge);
/* Ticks at which it did not act are left out: what it was at the last of them at which it was known. */
void columns_edge_note(Columns *c, uint32_t edge, uint64_t event, bool was_true);
/* They act at tick `i`, which is event number `event`, and what steps at shown ticks does; the tick must be
 * shown.  Before columns_put. */
void columns_act(Columns *c, uint32_t i, uint64_t event);
/* Registers that other parts of these ticks read, and held outputs, as after tick `i`. */
void columns_put(Columns *c, uint32_t i);
/* Held outputs that other blocks read, alone; until then they are those before the word. */
void columns_hold(Columns *c, uint32_t i);
/* Something that moves between ticks may have moved: what depends on it is worked out anew.  False: nothing has. */
bool columns_moved(Columns *c);
