/* settle.h — from intents to orders (language 3.4, step 4.4): what is refused, what goes out.
 *
 * Works through the intents of one event in order.  Exits have gone out already and marked the tokens
 * they touch.  A together is collected and goes out whole or not at all.  Private to the room. */
#pragma once

#include "runtime/engine/limits.h"
#include "runtime/engine/state.h"
#include "runtime/engine/ticket.h"

typedef struct Settling { /* one event */
    Engine *e;
    GroupRun *group; /* the open together, or NULL; when refused, orders are tried and taken back */
    bool in_group, is_refused, has_entry;
    uint32_t mark_count; /* of Orders, before the group */
    uint64_t mark_id;
    Effect waiting[LEGS_MAX];
    uint32_t waiting_count;
} Settling;

void settle(Engine *e);

/* The wish of an order for a token, as far as the engine knows: book, holding, rules, bounds. */
Wish settle_wish(const Engine *e, int32_t token, bool is_sell);
/* First reason against an entry or reduction that the token itself gives; REASON_NONE. */
uint16_t settle_gate(const Engine *e, int32_t token, bool is_sell);
/* What an intent of a buy or sell wishes, and the order its good ticket makes. */
Wish settle_order_wish(const Engine *e, const Intent *in);
Order settle_order_for(const Engine *e, const Intent *in, const Wish *w, const Ticket *t);
/* Limits against an entry, as amounts and equity stand. */
Verdict settle_allows(Engine *e, const Order *o, bool is_counted);
/* Limits, then into the table: the order, or NULL with the reason skipped. Nothing is sent. */
Order *settle_place(Settling *s, const Order *o, bool is_counted);
/* Fills in what a good ticket says. */
void settle_fill_in(Order *o, const Ticket *t);

/* quotes.c: desired against resting. */
void quote_update(Settling *s, const Intent *in);
void quote_withdraw(Engine *e, uint16_t rule);

/* groups.c: together. */
void group_open(Settling *s, const Intent *in);
void group_close(Settling *s);
/* The deadline of a group has come; when those of the instant are through, orders_settled(). */
void group_end(Engine *e, GroupRun *g);
