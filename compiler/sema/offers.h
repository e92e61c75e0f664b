/* offers.h — which fields a kind of market, a share or a record has, and what they measure.
 *
 * The rows are vm/fields.def; here is who has which.  The checker resolves paths by it, completion
 * lists by it.  Promise: read-only tables, answers in order of the catalogue. */
#pragma once

#include "compiler/types/types.h"
#include "vm/fields.h"

/* A market with two outcomes: slots, or yes and no. */
bool offers_outcomes(uint8_t kind);
/* 0 up or yes, 1 down or no, -1 otherwise. */
int outcome_of(Span word);
/* That kind of market, or its shares, has the field. */
bool offers_field(uint8_t kind, const FieldInfo *f);
/* The field is read from the market itself, not from a share of it. */
bool offers_at_market(uint8_t owner);
/* The field of that name which such a market has at its own level, or NULL. `is_slot`: of its slot. */
const FieldInfo *offers_of_market(uint8_t kind, Span word, bool is_slot);
const FieldInfo *offers_owned(FieldOwner owner, Span word);
/* A field of a share: of its book, or of what is held. */
const FieldInfo *offers_of_share(Span word);
/* What it measures; coins and prices of coins do not say which coin. */
Type offers_type(const FieldInfo *f);
