/* answer.c — what the matcher says: states, fills with their fees, rejections; and its receipt. */
#include "runtime/matcher/inside.h"
#include "vm/base/bug.h"

/* An answer, to be filled in. Room was made when the order came in; a fill that finds none would be lost money. */
static Event *say(Matcher *m, const Placed *p, int64_t ts_us, EventKind kind)
{
    MatcherAnswer *a;

    BUG_IF(!vec_reserve(m->arena, &m->answers, 1));
    a = &m->answers.items[m->answers.count++];
    *a = (MatcherAnswer){p->order.owner,
                         {.ts_us = ts_us, .kind = (uint8_t)kind, .market = p->order.market}};
    return &a->event;
}

void answer_state(Matcher *m, const Placed *p, int64_t ts_us, OrderState state)
{
    Event *ev = say(m, p, ts_us, EV_ORDER_STATE);

    ev->order.order = p->order.id;
    ev->order.state = (uint8_t)state;
}

void answer_reject(Matcher *m, const Placed *p, int64_t ts_us, uint16_t reason)
{
    Event *ev = say(m, p, ts_us, EV_REJECT);

    ev->reject.order = p->order.id;
    ev->reject.reason = reason;
    m->counts[RECEIPT_REJECTED]++;
}

/* Looked up again where another row may hold: names are compared for it. */
static void find_rules(Pit *pit, int64_t ts_us)
{
    const VenueRule *row = rules_at(pit->is.venue, pit->is.category, ts_us);

    pit->rules = row ? row->rules : rules_of_test(MARKET_SLOT);
    pit->rules_from = ts_us;
    pit->rules_until = rules_until(pit->is.venue, pit->is.category, ts_us);
}

const MarketRules *pit_rules(Pit *pit, int64_t ts_us)
{
    const MarketRules *rules = pit->is.rules ? pit->is.rules : &pit->rules;

    if (!pit->is.rules && (ts_us < pit->rules_from || ts_us >= pit->rules_until))
        find_rules(pit, ts_us);
    if (!pit->is.book->tick_micros) return rules;
    pit->own = *rules;
    pit->own.tick_micros = pit->is.book->tick_micros;
    return &pit->own;
}

void answer_fill(Matcher *m, Placed *p, int64_t ts_us, int64_t price, int64_t size, bool is_maker)
{
    Pit *pit = &m->pits[p->order.market];
    const MarketRules *rules = pit_rules(pit, ts_us);
    Event *ev = say(m, p, ts_us, EV_FILL);

    ev->fill.order = p->order.id;
    ev->fill.price_micros = book_turn_price(pit->is.book, p->order.outcome, price);
    ev->fill.size_micros = size;
    ev->fill.token = (uint8_t)p->order.token;
    ev->fill.is_sell = p->order.is_sell;
    BUG_IF(!rules_fee(rules, is_maker, ev->fill.price_micros, size, &ev->fill.fee_micros));
    p->left -= size;
}

ReceiptRow matcher_receipt(const Matcher *m, ReceiptId id)
{
    static const ReceiptRow rows[] = {
#define RECEIPT(id, name, is_modelled, sentence) {name, sentence, is_modelled, 0},
#include "runtime/matcher/receipt.def"
#undef RECEIPT
    };
    ReceiptRow row = rows[id];

    row.count = m->counts[id];
    return row;
}

const char *fill_model_name(FillModel model)
{
    static const char *const names[MODELS] = {"touch", "queue", "pessimistic"};

    return names[model];
}
