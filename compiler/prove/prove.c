/* prove.c — see prove.h: sets the prover up, runs its chapters. */
#include "compiler/prove/prove.h"

#include "compiler/prove/prover.h"

void conjuncts_of(Prover *pr, const Expr *e, Conjuncts *cs)
{
    const Expr *behind = expr_behind(e);

    if (behind->op == EX_AND && cs->count < MAX_CONJUNCTS) {
        for (uint32_t i = 0; i < 2; i++) {
            uint32_t first = cs->count;

            conjuncts_of(pr, behind->args[i], cs);
            /* Inside a let the rule mentions the let, not its parts. */
            for (uint32_t k = first; e->op == EX_LET && k < cs->count; k++)
                cs->items[k].use = e->place;
        }
        return;
    }
    if (cs->count == MAX_CONJUNCTS || !terms_step(&pr->terms)) {
        cs->is_cut = true;
        return;
    }
    cs->items[cs->count++] = (Conjunct){.expr = behind, .use = e->place};
}

DiagArg arg_of_type(Type t, double x)
{
    if (t.percent) return arg_percent(x);
    if (t.dim.usd == 1 && t.dim.share == -1) return arg_price(x);
    if (t.dim.usd == 1) return arg_usd(x);
    if (t.dim.share == 1) return arg_shares(x);
    if (t.dim.coin == 1) return arg_coins(x);
    if (t.dim.second == 1) return arg_duration(x);
    return arg_number(x);
}

const char *field_words(uint8_t field)
{
    switch ((FieldId)field) {
    case FIELD_BID:
        return diag_text(T_SAY_THE_BID);
    case FIELD_ASK:
        return diag_text(T_SAY_THE_ASK);
    case FIELD_MID:
        return diag_text(T_SAY_THE_MIDDLE_PRICE);
    case FIELD_SPREAD:
        return diag_text(T_SAY_THE_SPREAD);
    case FIELD_BID2:
    case FIELD_BID3:
        return diag_text(T_SAY_THE_DEEPER_BID);
    case FIELD_ASK2:
    case FIELD_ASK3:
        return diag_text(T_SAY_THE_DEEPER_ASK);
    default:
        return NULL;
    }
}

bool action_is_entry(const Program *p, const Action *a)
{
    bool is_perp = a->token >= 0 && p->tokens[a->token].market != MARKET_NONE &&
                   p->markets[p->tokens[a->token].market].kind == MARKET_PERP;

    return a->kind == ACT_BUY || a->kind == ACT_SPLIT || (a->kind == ACT_SELL && is_perp);
}

/* When the rule can act: its condition and all requires hold. */
static Boxes fires_when(Prover *pr, const Rule *r)
{
    Boxes bs = r->cond ? boxes_of(&pr->terms, r->cond, true) : boxes_all(&pr->terms);

    for (uint32_t i = 0; i < r->require_count; i++) {
        Boxes req = boxes_of(&pr->terms, r->requires[i].cond, true);

        bs = boxes_and(&pr->terms, &bs, &req);
    }
    return bs;
}

static uint64_t live_boxes(Prover *pr, const Boxes *bs)
{
    uint64_t live = 0;

    for (uint32_t i = 0; i < bs->count; i++)
        if (!box_is_empty(&pr->terms, &bs->items[i])) live |= (uint64_t)1 << i;
    return live;
}

void prove(const Program *p, Diags *diags, Arena *arena)
{
    Prover pr = {.p = p, .diags = diags, .arena = arena};

    pr.ranges = prove_ranges(p, arena);
    pr.terms = terms_new(p, pr.ranges, arena);
    pr.fires = arena_array(arena, Boxes, p->rules_count + 1);
    pr.live = arena_array(arena, uint64_t, p->rules_count + 1);
    pr.is_dead = arena_array(arena, bool, p->rules_count + 1);
    if (arena_is_full(arena)) return;
    for (uint32_t i = 0; i < p->rules_count && !arena_is_full(arena); i++) {
        pr.fires[i] = fires_when(&pr, &p->rules[i]);
        pr.live[i] = live_boxes(&pr, &pr.fires[i]);
    }
    prove_logic(&pr);
    prove_plain(&pr);
    prove_conflict(&pr);
    prove_money(&pr);
    prove_pairs(&pr);
}
