/* tokens.c — tokens and params in one order, whatever the text mentions first: tokens by market, outcome
 * and account, params by name.
 *
 * Their numbers stand in images; two files that say the same in another order make the same image. */
#include "compiler/sema/checker.h"
#include "vm/fields.h"

static bool comes_before(const Token *a, const Token *b)
{
    if (a->market != b->market) return a->market < b->market;
    if (a->outcome != b->outcome) return a->outcome < b->outcome;
    return a->account < b->account;
}

static void rename_token(const uint8_t *map, int32_t *token)
{
    if (*token >= 0) *token = map[*token];
}

static void rename_actions(const uint8_t *map, Action *actions, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        rename_token(map, &actions[i].token);
}

static void rename_test(const uint8_t *map, Test *t)
{
    for (uint32_t i = 0; i < t->row_count; i++) {
        TestRow *row = &t->rows[i];

        for (uint32_t k = 0; k < row->happening_count; k++)
            rename_token(map, &row->happenings[k].token);
        for (uint32_t k = 0; k < row->expect_count; k++)
            rename_actions(map, &row->expects[k].order, 1);
    }
}

static bool is_of_token(uint8_t field)
{
    uint8_t owner = field_rows[field].owner;

    return owner == OWNER_TOKEN || owner == OWNER_HELD || owner == OWNER_INSTR ||
           owner == OWNER_HINSTR;
}

static void rename_all(Program *p, const uint8_t *map)
{
    for (uint32_t i = 0; i < p->exprs_count; i++)
        if (p->exprs[i]->op == EX_TOKEN) p->exprs[i]->index = map[p->exprs[i]->index];
    for (uint32_t i = 0; i < p->inputs_count; i++)
        if (is_of_token(p->inputs[i].field)) p->inputs[i].index = map[p->inputs[i].index];
    for (uint32_t i = 0; i < p->rules_count; i++) {
        Rule *r = &p->rules[i];

        if (r->kind == RULE_ON && r->event == EV_FILL) rename_token(map, &r->index);
        rename_actions(map, r->actions, r->action_count);
    }
    for (uint32_t i = 0; i < p->tests_count; i++)
        rename_test(map, &p->tests[i]);
}

void order_tokens(Program *p)
{
    uint8_t order[MAX_TOKENS], map[MAX_TOKENS];
    Token sorted[MAX_TOKENS];

    if (p->tokens_count == 0 || p->tokens_count > MAX_TOKENS) return;
    for (uint32_t i = 0; i < p->tokens_count; i++) {
        uint32_t at = i;

        for (; at > 0 && comes_before(&p->tokens[i], &p->tokens[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)i;
    }
    for (uint32_t i = 0; i < p->tokens_count; i++) {
        map[order[i]] = (uint8_t)i;
        sorted[i] = p->tokens[order[i]];
    }
    memcpy(p->tokens, sorted, p->tokens_count * sizeof *sorted);
    rename_all(p, map);
}

/* ---- params ----------------------------------------------------------------------------------- */

/* Names are unique in a file; modules may have a param of the same name each. */
static bool is_param_before(const Param *a, const Param *b)
{
    int order = span_cmp(a->name, b->name);

    if (order) return order < 0;
    if (a->place.file != b->place.file) return a->place.file < b->place.file;
    return a->place.begin < b->place.begin;
}

static void rename_facts(const uint8_t *map, Fact *facts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (facts[i].kind == FACT_PARAM) facts[i].index = map[facts[i].index];
}

static void rename_params(Program *p, const uint8_t *map)
{
    for (uint32_t i = 0; i < p->exprs_count; i++)
        if (p->exprs[i]->op == EX_PARAM) p->exprs[i]->index = map[p->exprs[i]->index];
    for (uint32_t i = 0; i < p->tests_count; i++) {
        Test *t = &p->tests[i];

        rename_facts(map, t->given, t->given_count);
        for (uint32_t r = 0; r < t->row_count; r++)
            for (uint32_t k = 0; k < t->rows[r].happening_count; k++)
                rename_facts(map, &t->rows[r].happenings[k].fact, 1);
    }
}

void order_params(Program *p)
{
    uint8_t order[MAX_PARAMS], map[MAX_PARAMS];
    Param sorted[MAX_PARAMS];

    if (p->params_count == 0 || p->params_count > MAX_PARAMS) return;
    for (uint32_t i = 0; i < p->params_count; i++) {
        uint32_t at = i;

        for (; at > 0 && is_param_before(&p->params[i], &p->params[order[at - 1]]); at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)i;
    }
    for (uint32_t i = 0; i < p->params_count; i++) {
        map[order[i]] = (uint8_t)i;
        sorted[i] = p->params[order[i]];
    }
    memcpy(p->params, sorted, p->params_count * sizeof *sorted);
    rename_params(p, map);
}
