/* slot.h — rollover and resolution (language 3.9): shares of a closed slot wait apart until paid.
 *
 * Private to the room. */
#pragma once

#include "runtime/engine/state.h"

/* The closed slot that began at `slot_start_us`; makes it when `make` and there is room, else NULL. */
ClosedSlot *slot_closed(const Engine *e, MarketRun *m, int64_t slot_start_us, bool make);
/* What the places from `from` on keep of a closed slot; false when memory ends. */
bool slot_rooms(const Engine *e, MarketRun *m, uint32_t from, Arena *arena);
/* Room for `count` closed slots; false beyond the bound or when memory ends. */
bool slot_room(const Engine *e, MarketRun *m, uint32_t count);
/* After the handlers of `slot close`: open orders are cancelled, shares leave the tokens. */
void slot_close(Engine *e, MarketRun *m);
/* Before the handlers of `slot open`. */
void slot_open(Engine *e, MarketRun *m, const Event *event);
/* Before the handlers of `resolve`: pays. Gives the slot's profit. */
int64_t slot_resolve(Engine *e, MarketRun *m, const Event *event);
/* After them: the slot is forgotten. */
void slot_forget(Engine *e, MarketRun *m, int64_t slot_start_us);
/* Values what closed slots hold afresh, after every change of it. */
void slot_tally(Engine *e, MarketRun *m);
/* A fill is remembered: which slots may still have one. */
void slot_note_fill(Engine *e, const FillRecord *f);
