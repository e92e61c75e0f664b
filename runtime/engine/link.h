/* link.h — which value goes where: every input row of the image tied to what holds its value.
 *
 * Built once by engine_new; afterwards a tick copies what is read and nothing else.  Private to the
 * room. */
#pragma once

#include "runtime/engine/state.h"

/* Ties every input row; false when the image names what the engine does not have. */
bool link_inputs(Engine *e, Arena *arena);
/* Whether the code reads books by token number. */
bool link_needs_books(const Engine *e);
/* Books of all tokens are kept when the code reads books by token number. */
bool link_books(Engine *e, Arena *arena);
/* Clocks, periods, code tables. */
bool link_clocks(Engine *e, Arena *arena);

/* Where the value of an input row stands. */
double *link_input(Engine *e, uint32_t row);

/* A field that follows from the time and the market's slot. */
double link_time_value(int64_t now_us, const MarketRun *m, uint8_t field);
/* Values computed from time alone, at the time of the event. */
void link_time(Engine *e);
/* Which of them a shared input row is; NULL when it is none. */
const Link *link_of_time(const Engine *e, uint32_t row);
/* Writes wallet values if they changed, then what tests hold. */
void engine_inputs(Engine *e);
/* Event records: FILL_*, TRADE_*, WINNER, SPOT_CLOSE. */
void link_fill(Engine *e, const Event *event, int32_t token);
void link_leader(Engine *e, const Event *event);
void link_resolve(Engine *e, const Event *event);
/* A feed's value, or UNKNOWN. */
void link_feed(Engine *e, uint32_t feed, double value);
