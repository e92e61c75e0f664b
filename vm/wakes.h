/* wakes.h — what of a wallet's rules a driver must look at: gates as data instead of words.
 *
 * From the words of a block of part V follows at which events it does anything beside stamping shut
 * gates.  A driver that knows the gates of a stretch of events jumps to those that matter and notes the
 * stamps of the others.  Promise: a block left out as the wakes allow leaves the bits the words leave. */
#pragma once

#include "vm/vm.h"

/* Why a block must be run at every event. */
typedef enum WakesWhy {
    WAKES_FINE,      /* it need not */
    WAKES_MEMORY,    /* it has memory of its own */
    WAKES_CONDITION, /* a rule has no part that all wallets share */
    WAKES_WHY_COUNT
} WakesWhy;

/* One gated rule.  While its gate is shut (definitely false; `while`, `on`: not true) an event does
 * nothing for it but the stamp, and takes down quotes of a `while`. */
typedef struct Wake {
    uint16_t rule;
    uint16_t gate;  /* shared condition register */
    bool is_strict; /* open only when true */
    bool is_while;
    /* a `while`: all it does while its gate is open is ask for some of Wakes.quotes */
    bool is_quotes;
    bool is_edge; /* the gate is all there is to the condition: open, it fires iff vm_is_armed */
    /* Its region is: values, ARM of the gate or of (gate and ...), MASK to the end.  So it may fire only where the gate
     * is true, and until then an event at which the gate is unknown does nothing but forget that the rule has fired:
     * nothing while vm_is_fresh. */
    bool needs_gate;
    const uint64_t *words, *end; /* of an edge: what it does when it fires */
    bool is_order; /* an edge; all it does when it fires is ask for `order`, each time the same */
    Intent order;
    /* an edge; all it does when it fires is close `token`: nothing while nothing is held of it */
    bool is_close;
    int32_t token;
} Wake;

/* What a `while` keeps standing. */
typedef struct WakeQuote {
    uint32_t wake;
    uint16_t action;
    int32_t token;
} WakeQuote;

enum { WAKE_EXITS = 4, WAKE_OWN = 8, WAKE_QUOTES = 4 };
typedef struct Wakes { /* of one block; the order of the file */
    uint8_t why;       /* WakesWhy */
    bool has_exits;    /* hands over values of `exit when` and `time stop` */
    /* a condition of `exit when` is not one that all wallets share, or there are more */
    bool has_own_exits;
    uint16_t exits[WAKE_EXITS], exit_count; /* shared condition registers of `exit when` */
    uint32_t count;
    Wake *rows;
    /* Edges whose condition is the wallet's own, and nothing else: where conditions are why the block must be run, and
     * all of them are such, it need not where these do nothing. */
    bool is_own;
    uint32_t own_count;
    uint16_t own[WAKE_OWN]; /* their rules */
    uint32_t quote_count;
    WakeQuote quotes[WAKE_QUOTES];
} Wakes;

/* The wakes of block V of (kind, index); without such a block there are none. */
Wakes vm_wakes(const Vm *vm, EventKind kind, uint16_t index, Arena *arena);
/* Would an event whose gate is true fire the rule? */
bool vm_is_armed(const Vm *vm, const VmWallet *w, uint16_t rule);

/* Has it not fired since its condition was false? */
bool vm_is_fresh(const Vm *vm, const VmWallet *w, uint16_t rule);

/* What a rule's gate was at events that were left out: number of the last one at which it was definitely
 * false, and, for edges, true; 0: at none. */
typedef struct GateNote {
    uint16_t rule;
    uint64_t false_event, true_event;
} GateNote;
void vm_note_gate(Vm *vm, VmWallet *w, const GateNote *note);
/* The same of an edge of the wallet's own: the last event at which its condition was known. */
void vm_note_own(Vm *vm, VmWallet *w, uint16_t rule, uint64_t event, bool was_true);
