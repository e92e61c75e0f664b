/* why.h — why a rule did, or did not, fire at an event: the truth of every condition as written, and
 * the smallest change that would have fired it.
 *
 * In: an image with condition trees, the trace of the event that ran last.  Out: text or JSON.  Promise:
 * only what the machine computed is shown; nothing is evaluated a second time. */
#pragma once

#include "compiler/compiler.h"
#include "runtime/engine/event.h"
#include "vm/base/json.h"
#include "vm/trace.h"

typedef struct WhyNode { /* of one row of Image.conds */
    TraceCond value;
    bool must_flip; /* part of the smallest change */
    bool is_shown;  /* in a tree that was computed */
} WhyNode;

typedef struct WhyRule {
    uint32_t rule;
    uint8_t cond; /* COND_* of the whole condition */
    bool has_cond, has_run, has_change;
    WhyNode *nodes; /* by row of Image.conds */
} WhyRule;

/* Reads one rule's trees from the trace of what ran with `ev`, and works out the smallest change. */
void why_read(WhyRule *w, const Image *image, const Vm *vm, const Trace *trace, const Event *ev,
              uint32_t rule);
void why_put(const WhyRule *w, const Compilation *c, const Image *image, Buf *out);
void why_put_json(const WhyRule *w, const Compilation *c, const Image *image, int64_t ts_us,
                  JsonWriter *j);

/* A number as the trader writes it, by CondUnit: "52.5c"; "?" when it is unknown. */
void why_put_num(Buf *out, double x, uint8_t unit);

/* What stands at a place, on one line. */
void why_put_source(const Compilation *c, Place at, Buf *out);

/* The rule of that label or number (from 1); -1 when there is none. */
int32_t why_find_rule(const Program *p, Span word);
