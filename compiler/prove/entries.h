/* entries.h — what a buy can cost at most and at least: shared by the money findings; private to the room. */
#pragma once

#include "compiler/prove/prover.h"

typedef struct VenueFacts {
    const char *name;
    double min_shares, min_usd, fee_rate;
} VenueFacts;

/* Facts of the venue that a token trades on, or NULL. */
const VenueFacts *venue_of(const Program *p, int32_t token);
/* A buy of a share of a prediction market. */
bool is_share_buy(const Program *p, const Action *a);
bool is_complement(const Program *p, int32_t a, int32_t b);
Lin ask_of(const Prover *pr, int32_t token);
/* The worst price that the order allows; false when it cannot be said as a form. */
bool worst_price(Prover *pr, const Action *a, Lin *ret);
/* Range of a form over all the ticks at which the rule acts (over nothing: empty). */
Interval range_when_fires(Prover *pr, uint32_t rule, const Lin *l);
/* The lowest price at which the order can fill. */
double lowest_entry(Prover *pr, uint32_t rule, const Action *a);
/* Range of a value that is fixed before the run. */
Interval fixed_range(const Prover *pr, const Expr *e);
