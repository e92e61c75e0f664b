/* reference.h — the second opinion: a naive evaluator of checked programs, written from the language's
 * part 3 alone.
 *
 * In goes a Program, its params, a list of events and the venue's facts; out comes every effect in
 * order.  One wallet; full histories; every indicator is recomputed from its history at each instant
 * by its definition; no bytecode, no shared part, no optimisation.  It answers its own orders by the
 * instant fill (docs/decisions/0001, 18).  Promise: nothing here was taken from the machine or the
 * engine, so that where both agree they agree for a reason. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/sema/program.h"
#include "runtime/engine/effect.h"
#include "runtime/engine/event.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"

/* What the venue of one market takes. */
typedef struct RefVenue {
    int64_t tick_micros, lot_micros, min_size_micros, min_notional_micros;
    double fee_rate, fee_exponent;
} RefVenue;

typedef struct Ref Ref; /* a run in progress; lives on the arena */

typedef struct RefConfig {
    const double *params;   /* by index, or NULL for defaults */
    const RefVenue *venues; /* one a market */
    int64_t cash_micros;    /* of each account */
    int64_t start_us;
    int64_t market_bound_micros, exit_bound_micros;
    double market_bound_ratio, exit_bound_ratio;
    bool heartbeat, has_shows, has_promises, stops_on_promise;
    uint8_t sell_from;    /* FillState from which bought shares may be sold */
    uint32_t most_events; /* give up after so many events (loops of fills); 0: a default */
    /* Called after an event was evaluated, before its sets are committed; may be NULL. */
    void (*watch)(void *ctx, Ref *r, const Event *event);
    void *watch_ctx;
} RefConfig;

typedef struct RefResult {
    Effect *effects;
    size_t count;
    uint32_t event_count;     /* with boundaries, deadlines and fills */
    const int64_t *cash;      /* by account, at the end */
    const int64_t *positions; /* by token: held, its cost, held, its cost ... */
    bool gave_up;             /* too many events: nothing can be compared */
    uint32_t kinds[EV_KINDS];
    uint32_t exits[BECAUSE_COUNT];
} RefResult;

RefResult reference_run(const Program *p, const RefConfig *config, const Event *events,
                        size_t event_count, Arena *arena);

/* For `watch`: the value of an expression at this event (conditions: 1, 0; unknown is UNKNOWN). */
double reference_value(Ref *r, const Expr *e);
/* The truth tree of a rule's condition as indented lines "VALUE OP". */
void reference_tree(Ref *r, const Rule *rule, Buf *out);
