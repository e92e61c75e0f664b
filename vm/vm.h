/* vm.h — the machine: a verified image at work.
 *
 * A Vm holds one instance of a strategy: the shared state block, inputs and shared registers.  A VmWallet
 * holds what differs by wallet.  The engine writes inputs, runs the parts of one event, reads intents,
 * and commits.  The Vm owns bytecode state; positions, orders and limits are the engine's.
 * Promise: no allocation, no clock, no I/O after vm_new and vm_wallet_new; same inputs, same bits. */
#pragma once

#include "vm/image.h"
#include "vm/intents.h"

typedef struct Vm Vm;
typedef struct VmWallet VmWallet;
typedef struct VmRules VmRules; /* the rules of one event: parts U and V of its kind and index */

enum { BOOK_FIELDS = 16, HELD_FIELDS = 5 };
/* The book of one outcome, for PBUY.., FEE and fields of dynamic tokens: indexed by FieldId (1..15). */
typedef struct TokenBook {
    double field[BOOK_FIELDS];
    double fee_rate, fee_exponent; /* per share: rate * (p (1 - p)) ^ exponent */
} TokenBook;

/* What runs: the event as the code sees it. */
typedef struct VmEvent {
    uint8_t kind;   /* EventKind */
    uint16_t index; /* block index of the kind */
    bool is_stale;  /* EV_STALE: clocks name what went stale */
    int64_t now_us;
    uint64_t count;  /* number of the event, for arming stamps; grows by one an event, from 1 */
    uint64_t clocks; /* clocks that have an instant now */
    const double *fields; /* IN_EVENT inputs, indexed by input row; NULL if none */
} VmEvent;

/* Values handed to the engine beside the intents. */
typedef struct VmValue {
    double num;
    uint8_t cond;
    bool is_set; /* written by this event's code */
} VmValue;

typedef struct VmOut {
    Intent *intents;
    uint32_t intent_count, intent_cap;
    VmValue *limits; /* by limit row: EXIT, EXITB, LIMIT, LIMITB */
    VmValue *shows;  /* by show row: shows, promises, probes */
} VmOut;

/* One instance with these params (NULL: defaults). NULL when a param is outside its range or memory ends. */
Vm *vm_new(const Image *image, const double *params, Arena *arena);
/* The same without linked forms, which take most of its memory: for hosts that rarely run its shared part. */
Vm *vm_new_small(const Image *image, const double *params, Arena *arena);
VmWallet *vm_wallet_new(Vm *vm, Arena *arena);

/* Inputs by input row: shared rows live in the Vm, wallet rows in the wallet. Unknown is NaN (UNKNOWN). */
double *vm_inputs(Vm *vm);
double *vm_wallet_inputs(VmWallet *w);
/* Books by token number (static tokens, then dynamic ids); may grow, borrowed. */
void vm_set_books(Vm *vm, const TokenBook *const *books, uint32_t count);
/* Positions etc. of dynamic tokens: held[token * HELD_FIELDS + field - FIELD_POSITION]. */
void vm_set_held(VmWallet *w, const double *held, uint32_t tokens);

/* Slot open of `market`: memory that lives in its slot restarts, its rules are armed. Before vm_shared. */
void vm_slot_open(Vm *vm, VmWallet *w, uint8_t market, uint64_t event_count);
/* First event of a new UTC day: `per day` state and markets-without-slots VWAP restart. */
void vm_day_open(Vm *vm, VmWallet *w);

bool vm_has_block(const Vm *vm, Part part, EventKind kind, uint16_t index);
/* Part U of the event, if there is one. */
void vm_shared(Vm *vm, const VmEvent *ev, VmOut *out);
/* Part V, L or S for one wallet, after vm_shared of the same event. Appends to out. */
void vm_wallet(Vm *vm, VmWallet *w, Part part, const VmEvent *ev, VmOut *out);
/* Parts U and V of events of that kind and index, found once; NULL when there are none. */
const VmRules *vm_rules_of(const Vm *vm, EventKind kind, uint16_t index);
/* Runs both at once. */
void vm_rules(Vm *vm, VmWallet *w, const VmRules *rules, const VmEvent *ev, VmOut *out);
/* Part V alone, where the shared part stands as it leaves it. */
void vm_rules_known(Vm *vm, VmWallet *w, const VmRules *rules, const VmEvent *ev, VmOut *out);
/* The `set`s of this event take effect, in order. */
void vm_commit(Vm *vm, VmWallet *w);

/* State rows' held outputs, for explain and tests (number; conditions as COND_*). */
double vm_state_num(const Vm *vm, const VmWallet *w, uint32_t row);
/* Sets one from outside (facts of tests): its number, or COND_*. */
void vm_give_state(Vm *vm, VmWallet *w, uint32_t row, double value);
double vm_param(const Vm *vm, uint32_t idx);
const Image *vm_image(const Vm *vm);

/* Room for `out` of an image, on the arena. */
VmOut vm_out_new(const Image *image, Arena *arena);
void vm_out_clear(VmOut *out, const Image *image);
