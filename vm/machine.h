/* machine.h — the inside of Vm and VmWallet, for the files of the machine only.
 *
 * Numbers of all four files (registers, constants, params) stand in one array, conditions in another, so that an
 * operand is a base and an index.  Everything is laid out by vm_new; nothing moves afterwards. */
#pragma once

#include "vm/ops.h"
#include "vm/state/link.h"
#include "vm/trace.h"
#include "vm/vm.h"

typedef struct Fused Fused; /* a shared block in the linked form (fuse.h) */
typedef struct Gates Gates; /* a wallet block that is all gates (gates.h) */

/* The blocks of one part and event, by index; those that are not there are NULL. */
typedef struct BlockList {
    const BlockRow **rows;
    Fused **fused; /* part U */
    Gates **gates; /* part V */
    uint32_t count;
} BlockList;

/* What the rules of one event consist of: parts U and V, in all their forms; NULL: not there. */
struct VmRules {
    const Fused *fused;
    const BlockRow *shared, *wallet;
    const Gates *gates;
};
typedef struct RuleList {
    VmRules *rows; /* by index */
    uint32_t count;
} RuleList;

enum { PARTS = 4, FILES = 6 };

struct Vm {
    const Image *image;
    double *nums;          /* shared registers, wallet registers, constants, params */
    uint8_t *conds;        /* shared condition registers, wallet condition registers */
    uint32_t bases[FILES]; /* where each register file starts in nums or conds */
    double *inputs;        /* by input row */
    char *state;           /* the shared block */
    StateLink *links;      /* by state row */
    uint64_t *last_false;  /* by rule: stamp of the last event that armed it */
    uint32_t *sets;        /* state rows that SET and INIT write */
    uint32_t set_count;
    BlockList (*blocks)[EV_KINDS]; /* by part */
    RuleList *rules;               /* the same, for vm_rules_of */
    const TokenBook *const *books;
    uint32_t book_count;
    Trace *trace; /* NULL: off */
    Arena *arena;
    bool is_plain; /* walk the words even where a fused form exists */
};

struct VmWallet {
    Vm *vm;
    double *inputs;
    char *state;
    const double *held; /* borrowed: HELD_FIELDS a token */
    uint32_t held_tokens;
};

/* Stamps of arming (docs/decisions/0002, 15): an event has two, the first for its slot's opening. */
static inline uint64_t arm_stamp(uint64_t event_count)
{
    return 2 * event_count;
}

static inline uint64_t arm_stamp_open(uint64_t event_count)
{
    return 2 * event_count - 1;
}

/* ---- what runs (exec_scalar.c) ------------------------------------------------------------------ */

typedef struct Run {
    Vm *vm;
    VmWallet *wallet; /* NULL in the shared part */
    const VmEvent *ev;
    VmOut *out;
} Run;

/* Walks verified words from `first` to END; `words` is the section's (a trace notes places in it). */
void exec_scalar(const Run *run, const uint64_t *words, uint32_t first);

/* ---- what a trace notes (trace.c) ---------------------------------------------------------------- */
void trace_num(Trace *t, bool is_shared, uint32_t word, double num);
void trace_event(Trace *t, const VmEvent *ev);

/* ---- books (book.c); `token` is a number operand -------------------------------------------------- */
double book_field(const Vm *vm, double token, uint16_t field);
/* PBUY PSELL DBUY DSELL FEE, with the flags of their word; x: the amount or limit. */
double book_of(const Vm *vm, double token, uint8_t op, uint8_t flags, double x);
double book_value(const TokenBook *b, uint8_t op, uint8_t flags, double x);
/* Static index or dynamic id of a token number; -1 when it is none. */
int32_t token_number(double token);
