/* verify_code.c — one forward pass over each block: operands, definite assignment, regions, memory, effects.
 *
 * There are no backward jumps, so what holds at a word is known when the pass reaches it.  A register written
 * inside a rule's region is forgotten at its end, because the region may have been skipped.
 * Promise: linear in the number of words; each check gives up the word after its first refusal. */
#include <string.h>

#include "vm/base/bug.h"
#include "vm/ops.h"
#include "vm/state/memory.h"
#include "vm/verify.h"

enum { NO_GROUP = 0xFFFF };
enum { STAMP_DONE = 1, STAMP_HALF = 2, STAMP_BITS = 2 }; /* low bits of VerifyScratch.stamps */

typedef struct Pass {
    const Image *img;
    VerifyScratch *scratch;
    Refuser *refuser;
    SectionKind section;
    const BlockRow *block;
    const uint64_t *words; /* of the section */
    uint32_t at, end;      /* word looked at; one past the block */
    uint32_t number;       /* of the block, from 1 */
    uint32_t cost;
    /* the open region */
    bool in_region, has_open_require;
    uint16_t rule;
    uint32_t region_end;
    /* what waits for its partner */
    bool has_token, in_legs;
    uint16_t group;
    uint32_t counts[3]; /* markets, leaders, feeds */
    Certificate *cert;
} Pass;

static bool bad(const Pass *p, VerifyRule rule)
{
    return refuse(p->refuser, rule, p->section, p->at);
}

static Part part_of(const Pass *p)
{
    return (Part)p->block->part;
}

/* ---- registers ---------------------------------------------------------------------------------- */

static uint32_t file_size(const Image *img, uint16_t operand)
{
    switch (operand & OPND_FILE) {
    case OPND_SHARED:
        return img->meta->shared_regs;
    case OPND_SHAREDQ:
        return img->meta->shared_qregs;
    case OPND_WALLET:
        return img->meta->wallet_regs;
    case OPND_WALLETQ:
        return img->meta->wallet_qregs;
    case OPND_CONST:
        return img->consts_count;
    case OPND_PARAM:
        return img->params_count + img->derived_count;
    default:
        return 0;
    }
}

static bool is_register(uint16_t operand)
{
    return operand < OPND_CONST;
}

static bool is_cond_file(uint16_t operand)
{
    return is_register(operand) && (operand & 0x1000);
}

static bool is_wallet_file(uint16_t operand)
{
    return is_register(operand) && operand >= OPND_WALLET;
}

static uint64_t *written_word(VerifyScratch *s, uint16_t operand)
{
    return &s->written[operand >> 12][(operand & OPND_INDEX) / 64];
}

static uint64_t written_bit(uint16_t operand)
{
    return UINT64_C(1) << (operand % 64);
}

static void mark_written(Pass *p, uint16_t operand)
{
    *written_word(p->scratch, operand) |= written_bit(operand);
}

static bool check_read(Pass *p, uint16_t operand, bool wants_cond)
{
    if ((operand & OPND_INDEX) >= file_size(p->img, operand)) return bad(p, VERIFY_OPERAND);
    if (is_cond_file(operand) != wants_cond) return bad(p, VERIFY_KIND);
    if (!is_register(operand)) return true;
    if (is_wallet_file(operand) && part_of(p) == PART_U) return bad(p, VERIFY_OTHER_PART);
    if (!(*written_word(p->scratch, operand) & written_bit(operand)))
        return bad(p, VERIFY_UNWRITTEN);
    return true;
}

static bool check_write(Pass *p, uint16_t operand, bool wants_cond)
{
    if (!is_register(operand) || (operand & OPND_INDEX) >= file_size(p->img, operand))
        return bad(p, VERIFY_OPERAND);
    if (is_cond_file(operand) != wants_cond) return bad(p, VERIFY_KIND);
    if (is_wallet_file(operand) != (part_of(p) != PART_U) && !bad(p, VERIFY_OTHER_PART))
        return false;
    return true;
}

/* ---- operands ----------------------------------------------------------------------------------- */

static bool check_state_operand(Pass *p, uint16_t row)
{
    if (row >= p->img->state_count) return bad(p, VERIFY_ROW);
    if (part_of(p) == PART_U && p->img->state[row].space != SPACE_SHARED)
        return bad(p, VERIFY_ROW_SPACE);
    return true;
}

static bool is_state_cond(const Pass *p, uint16_t row)
{
    return row < p->img->state_count &&
           memory_kind((StateKind)p->img->state[row].kind)->output == OUTPUT_COND;
}

static bool check_source(Pass *p, OperandKind kind, uint16_t operand)
{
    switch (kind) {
    case OPERAND_ZERO:
        return operand == 0 || bad(p, VERIFY_RESERVED);
    case OPERAND_NO:
        if (operand == OPND_NONE) return true;
        return check_read(p, operand, false);
    case OPERAND_N:
        return check_read(p, operand, false);
    case OPERAND_Q:
        return check_read(p, operand, true);
    case OPERAND_S:
        return check_state_operand(p, operand);
    case OPERAND_I:
        return operand < p->img->inputs_count || bad(p, VERIFY_ROW);
    case OPERAND_R:
        return operand < p->img->rules_count || bad(p, VERIFY_ROW);
    default:
        return true; /* written ones come last, X, K and J belong to their operations */
    }
}

/* The two halves of PREV leave one operand out. */
static OperandKind operand_of(uint64_t w, int at)
{
    uint8_t op = word_op(w), flags = word_flags(w);
    bool is_prev = op == OP_PREV || op == OP_PREVB;

    if (is_prev && ((at == 0 && flags == WF_WRITE) || (at == 2 && flags == WF_READ)))
        return OPERAND_NONE;
    return op_operand(op_info(op), at);
}

static bool check_second_word(Pass *p, uint64_t w)
{
    bool is_quote = word_op(w) == OP_QUOTE;
    OperandKind first = word_op(w) == OP_ORDER ? OPERAND_N : op_operand(op_info(word_op(w)), 3);
    OperandKind rest = is_quote ? OPERAND_NO : OPERAND_ZERO;
    uint64_t next;

    if (p->at + 1 >= p->end) return bad(p, VERIFY_SPLIT);
    next = p->words[p->at + 1];
    if (word_op(next) != OP_NOP || word_flags(next) || (p->in_region && p->at + 1 >= p->region_end))
        return bad(p, VERIFY_SPLIT);
    return check_source(p, first, word_a(next)) && check_source(p, rest, word_b(next)) &&
           check_source(p, rest, word_c(next));
}

static bool check_sources(Pass *p, uint64_t w)
{
    for (int i = 0; i < 3; i++) {
        OperandKind kind = operand_of(w, i);

        if (kind == OPERAND_NONE) {
            if (word_operand(w, i) != OPND_NONE && !bad(p, VERIFY_RESERVED)) return false;
        } else if (!check_source(p, kind, word_operand(w, i))) {
            return false;
        }
    }
    return word_count(w) == 1 || check_second_word(p, w);
}

static bool check_result(Pass *p, uint64_t w)
{
    bool is_cond;

    switch (operand_of(w, 0)) {
    case OPERAND_DN:
        is_cond = false;
        break;
    case OPERAND_DQ:
        is_cond = true;
        break;
    case OPERAND_DR:
        is_cond = is_state_cond(p, word_b(w));
        break;
    default:
        return true;
    }
    if (!check_write(p, word_a(w), is_cond)) return false;
    if (is_register(word_a(w))) mark_written(p, word_a(w));
    return true;
}

/* ---- loads -------------------------------------------------------------------------------------- */

typedef enum EventOwner { EVENTS_ANY, EVENTS_FILL, EVENTS_TRADE, EVENTS_RESOLVE } EventOwner;
#define TOKEN EVENTS_ANY
#define HELD EVENTS_ANY
#define MARKET EVENTS_ANY
#define TIME EVENTS_ANY
#define MSLOT EVENTS_ANY
#define WALLET EVENTS_ANY
#define INSTR EVENTS_ANY
#define HINSTR EVENTS_ANY
#define FILL EVENTS_FILL
#define TRADE EVENTS_TRADE
#define RESOLVE EVENTS_RESOLVE
#define FEED EVENTS_ANY
static const uint8_t event_of_field[FIELD_IDS] = {
#define FIELD(id, name, owner, ...) [id] = owner,
#include "vm/fields.def"
#undef FIELD
};
#undef TOKEN
#undef HELD
#undef MARKET
#undef TIME
#undef MSLOT
#undef WALLET
#undef INSTR
#undef HINSTR
#undef FILL
#undef TRADE
#undef RESOLVE
#undef FEED

static bool check_input(Pass *p, uint16_t row, InputSpace space)
{
    static const uint8_t kinds[] = {
        [EVENTS_FILL] = EV_FILL, [EVENTS_TRADE] = EV_LEADER, [EVENTS_RESOLVE] = EV_RESOLVE};
    const InputRow *in;
    uint8_t owner;

    if (row >= p->img->inputs_count) return true; /* refused already, the rule is off */
    in = &p->img->inputs[row];
    if (in->field >= ARRAY_LEN(event_of_field)) return true; /* likewise */
    owner = event_of_field[in->field];
    if (in->space != space) return bad(p, VERIFY_ROW_SPACE);
    if (owner != EVENTS_ANY && p->block->event != kinds[owner]) return bad(p, VERIFY_EVENT_FIELD);
    return true;
}

static bool is_field_of_token(const Pass *p, uint16_t field)
{
    if (field >= FIELD_BID && field <= FIELD_SIZE_RATIO) return true;
    return part_of(p) != PART_U && field >= FIELD_POSITION && field <= FIELD_GAIN;
}

static bool check_load(Pass *p, uint64_t w)
{
    switch (word_op(w)) {
    case OP_LDI:
        return check_input(p, word_b(w), IN_SHARED);
    case OP_LDE:
        return check_input(p, word_b(w), IN_EVENT);
    case OP_LDW:
        return check_input(p, word_b(w), IN_WALLET);
    case OP_LDT:
        return is_field_of_token(p, word_c(w)) || bad(p, VERIFY_IMMEDIATE);
    case OP_LDB:
        return word_b(w) <= COND_FALSE || bad(p, VERIFY_IMMEDIATE);
    default:
        return true;
    }
}

/* ---- memory ------------------------------------------------------------------------------------- */

static const uint8_t op_of_kind[SK_KINDS] = {
#define KIND(name, op, Struct, step, window, output) [SK_##name] = OP_##op,
#include "vm/state/kinds.def"
#undef KIND
};

static bool is_own_op(uint8_t op, uint8_t kind)
{
    if (kind >= SK_KINDS) return true; /* refused already, the rule is off */
    return op == op_of_kind[kind] || (op == OP_XUPQ && kind == SK_XUP);
}

/* The part that may change a row is the one of its space. */
static bool check_own_space(Pass *p, uint16_t row)
{
    bool is_shared = p->img->state[row].space == SPACE_SHARED;

    return is_shared == (part_of(p) == PART_U) || bad(p, VERIFY_ROW_SPACE);
}

/* Notes that the row is advanced here; `half`: WF_READ, WF_WRITE or 0. */
static bool check_once(Pass *p, uint16_t row, uint8_t half)
{
    uint32_t *stamp = &p->scratch->stamps[row];
    uint32_t done = *stamp >> STAMP_BITS == p->number ? *stamp & 3 : 0;
    uint32_t wanted = half == WF_WRITE ? STAMP_HALF : 0;

    if (done != wanted) return bad(p, VERIFY_TWICE);
    *stamp = p->number << STAMP_BITS | (half == WF_READ ? STAMP_HALF : STAMP_DONE);
    return true;
}

static uint32_t window_cost(uint8_t op, const StateRow *s)
{
    bool is_walked = op == OP_STDEV || op == OP_ZSC || s->kind == SK_VWAPN;

    return is_walked ? s->max_window / 2 : 0;
}

static bool check_time(Pass *p, uint64_t w)
{
    uint16_t row = word_b(w);

    if (row >= p->img->state_count) return true;
    if (p->in_region && !bad(p, VERIFY_GATED)) return false;
    if (!is_own_op(word_op(w), p->img->state[row].kind)) return bad(p, VERIFY_OWN_OP);
    if (word_flags(w) > WF_WRITE) return bad(p, VERIFY_FLAGS);
    p->cost += window_cost(word_op(w), &p->img->state[row]);
    return check_own_space(p, row) && check_once(p, row, word_flags(w));
}

static bool check_program_state(Pass *p, uint64_t w)
{
    uint16_t row = word_b(w);
    bool is_init = word_op(w) == OP_INIT || word_op(w) == OP_INITB;
    uint8_t kind = word_op(w) == OP_SETB || word_op(w) == OP_INITB ? SK_BOOL : SK_NUM;

    if (row >= p->img->state_count) return true;
    if (p->img->state[row].kind != kind) return bad(p, VERIFY_OWN_OP);
    if (!check_own_space(p, row)) return false;
    if (!is_init) return true;
    if (p->in_region && !bad(p, VERIFY_GATED)) return false;
    return check_once(p, row, 0);
}

/* ---- rules -------------------------------------------------------------------------------------- */

static bool close_region(Pass *p)
{
    bool is_torn = p->at != p->region_end;

    if (is_torn && !bad(p, VERIFY_SPLIT)) return false;
    if (p->has_open_require && !bad(p, VERIFY_REQUIRES)) return false;
    if (p->has_token && !bad(p, VERIFY_TOKEN)) return false;
    if (p->in_legs && !bad(p, VERIFY_LEGS)) return false;
    memcpy(p->scratch->written, p->scratch->before, sizeof p->scratch->written);
    p->in_region = p->has_open_require = p->has_token = p->in_legs = false;
    return true;
}

static bool check_jump(Pass *p, uint16_t skip, uint32_t *ret_target)
{
    *ret_target = p->at + 1 + skip;
    return *ret_target < p->end || bad(p, VERIFY_JUMP);
}

/* GATE and MASK open their rule's region, or stand in it and jump to its end. */
static bool check_skip(Pass *p, uint64_t w)
{
    uint16_t rule = word_b(w);
    uint32_t target;

    if (rule >= p->img->rules_count) return true;
    if (p->in_legs && !bad(p, VERIFY_LEGS)) return false;
    if (!check_jump(p, word_c(w), &target)) return false;
    if (p->in_region) {
        if (rule != p->rule) return bad(p, VERIFY_REGION);
        return target == p->region_end || bad(p, VERIFY_JUMP);
    }
    if (p->scratch->rule_stamps[rule] == p->number && !bad(p, VERIFY_REGION)) return false;
    p->scratch->rule_stamps[rule] = p->number;
    memcpy(p->scratch->before, p->scratch->written, sizeof p->scratch->before);
    p->in_region = true;
    p->rule = rule;
    p->region_end = target;
    return true;
}

static bool check_gate(Pass *p, uint64_t w)
{
    if ((word_a(w) & OPND_FILE) != OPND_SHAREDQ && !bad(p, VERIFY_GATE_SHARED)) return false;
    return check_skip(p, w);
}

static bool check_arm(Pass *p, uint64_t w)
{
    uint16_t rule = word_c(w);
    const RuleRow *r;

    if (rule >= p->img->rules_count) return true;
    r = &p->img->rules[rule];
    if (p->in_region && rule != p->rule && !bad(p, VERIFY_REGION)) return false;
    if (r->kind != RULE_WHEN || r->arm >= p->img->state_count) return bad(p, VERIFY_ROW_KIND);
    return check_own_space(p, (uint16_t)r->arm) && check_once(p, (uint16_t)r->arm, 0);
}

static bool check_require(Pass *p, uint64_t w)
{
    uint32_t reason = word_b(w), target;

    if (!p->in_region) return bad(p, VERIFY_REGION);
    if (reason < REASON_OWN || reason - REASON_OWN >= p->img->meta->reason_count)
        return bad(p, VERIFY_ROW);
    if (p->in_legs) return bad(p, VERIFY_LEGS);
    p->has_open_require = !(word_flags(w) & WF_LAST);
    if (p->has_open_require) return word_c(w) == 0 || bad(p, VERIFY_RESERVED);
    if (!check_jump(p, word_c(w), &target)) return false;
    return target == p->region_end || bad(p, VERIFY_JUMP);
}

static bool check_legs(Pass *p, uint64_t w)
{
    bool opens = word_op(w) == OP_LEGS;

    if (!p->in_region) return bad(p, VERIFY_REGION);
    if (word_c(w) >= p->img->meta->groups) return bad(p, VERIFY_ROW);
    if (p->has_token) return bad(p, VERIFY_TOKEN);
    if (p->in_legs == opens || (!opens && p->group != word_c(w))) return bad(p, VERIFY_LEGS);
    p->in_legs = opens;
    p->group = word_c(w);
    return true;
}

static bool check_rules(Pass *p, uint64_t w)
{
    switch (word_op(w)) {
    case OP_ARM:
        return check_arm(p, w);
    case OP_MASK:
        return check_skip(p, w);
    case OP_REQ:
        return check_require(p, w);
    default:
        return check_legs(p, w);
    }
}

/* ---- effects ------------------------------------------------------------------------------------ */

static bool is_action_kind(uint8_t op, uint8_t kind)
{
    switch (op) {
    case OP_ORDER:
        return kind == ACT_BUY || kind == ACT_SELL;
    case OP_CLOSE:
        return kind == ACT_CLOSE;
    case OP_QUOTE:
        return kind == ACT_QUOTE;
    case OP_CANCEL:
        return kind == ACT_CANCEL;
    case OP_SETS:
        return kind == ACT_SPLIT || kind == ACT_MERGE;
    default:
        return op == OP_ALERT && kind == ACT_ALERT;
    }
}

static bool check_token(Pass *p, uint8_t flags, const ActionRow *a)
{
    bool is_dynamic = flags & WF_DYN, needs_token = a->kind != ACT_CANCEL && a->kind != ACT_ALERT;

    if (is_dynamic != p->has_token || (is_dynamic && a->token >= 0) ||
        (!is_dynamic && needs_token && a->token < 0))
        return bad(p, VERIFY_TOKEN);
    p->has_token = false;
    return true;
}

static bool check_group(Pass *p, uint8_t op, uint8_t flags, const ActionRow *a)
{
    bool is_leg = op == OP_ORDER || op == OP_CLOSE;

    if (p->in_legs != !!(flags & WF_GROUP) || (p->in_legs && (!is_leg || a->group != p->group)) ||
        (!p->in_legs && a->group != NO_GROUP))
        return bad(p, VERIFY_LEGS);
    return true;
}

static bool is_size_fine(uint64_t w, const ActionRow *a)
{
    return word_op(w) != OP_ORDER || word_a(w) != OPND_NONE || a->size_unit == SIZE_ALL;
}

static void certify_action(Pass *p, const ActionRow *a)
{
    p->cert->verbs |= 1U << a->kind;
    if (a->kind == ACT_ALERT) return;
    if (a->token < 0)
        p->cert->has_dynamic |= a->kind != ACT_CANCEL;
    else if (a->kind != ACT_SPLIT && a->kind != ACT_MERGE)
        p->cert->tokens |= UINT64_C(1) << a->token;
}

static bool check_action(Pass *p, uint64_t w)
{
    const ActionRow *a;

    if (!p->in_region) return bad(p, VERIFY_REGION);
    if (word_c(w) >= p->img->actions_count) return bad(p, VERIFY_ROW);
    a = &p->img->actions[word_c(w)];
    if (!is_action_kind(word_op(w), a->kind)) return bad(p, VERIFY_ROW_KIND);
    if (a->rule != p->rule && !bad(p, VERIFY_REGION)) return false;
    if (p->has_open_require && !bad(p, VERIFY_REQUIRES)) return false;
    if (a->kind == ACT_QUOTE && p->img->rules[p->rule].kind != RULE_WHILE &&
        !bad(p, VERIFY_QUOTE_WHILE))
        return false;
    if (!is_size_fine(w, a) && !bad(p, VERIFY_UNIT)) return false;
    certify_action(p, a);
    return check_token(p, word_flags(w), a) && check_group(p, word_op(w), word_flags(w), a);
}

static bool check_token_op(Pass *p)
{
    if (!p->in_region) return bad(p, VERIFY_REGION);
    if (p->has_token) return bad(p, VERIFY_TOKEN);
    p->has_token = true;
    return true;
}

static bool check_limit(Pass *p, uint64_t w)
{
    uint8_t kind, op = word_op(w);
    bool is_fine;

    if (word_c(w) >= p->img->limits_count) return bad(p, VERIFY_ROW);
    kind = p->img->limits[word_c(w)].kind;
    if (op == OP_EXIT)
        is_fine = kind == LIM_TIME_STOP;
    else if (op == OP_EXITB)
        is_fine = kind == LIM_EXIT_WHEN;
    else if (op == OP_LIMITB)
        is_fine = kind == LIM_NO_ENTRY;
    else
        is_fine = kind >= LIM_COOLDOWN && kind <= LIM_MAX_LEVERAGE;
    return is_fine || bad(p, VERIFY_ROW_KIND);
}

static bool check_show(Pass *p, uint64_t w)
{
    static const struct {
        uint8_t op, kind, is_cond;
    } fits[] = {
        {OP_SHOW, 0, 0}, {OP_SHOWB, 0, 1}, {OP_PROM, 1, 1}, {OP_PROBE, 2, 0}, {OP_PROBEB, 2, 1}};
    const ShowRow *s;

    if (word_c(w) >= p->img->shows_count) return bad(p, VERIFY_ROW);
    s = &p->img->shows[word_c(w)];
    for (size_t i = 0; i < ARRAY_LEN(fits); i++)
        if (fits[i].op == word_op(w) && fits[i].kind == s->kind && fits[i].is_cond == s->is_cond)
            return true;
    return bad(p, VERIFY_ROW_KIND);
}

static bool check_effect(Pass *p, uint64_t w)
{
    switch (word_op(w)) {
    case OP_SET:
    case OP_SETB:
    case OP_INIT:
    case OP_INITB:
        return check_program_state(p, w);
    case OP_TOK:
        return check_token_op(p);
    case OP_EXIT:
    case OP_EXITB:
    case OP_LIMIT:
    case OP_LIMITB:
        return check_limit(p, w);
    case OP_SHOW:
    case OP_SHOWB:
    case OP_PROM:
    case OP_PROBE:
    case OP_PROBEB:
        return check_show(p, w);
    default:
        return check_action(p, w);
    }
}

/* ---- words -------------------------------------------------------------------------------------- */

/* After an event values are only looked at; promises and probes are looked at nowhere else. */
static bool check_event(Pass *p, uint64_t w)
{
    uint8_t op = word_op(w), group = op_info(op)->group;
    bool is_probe = op == OP_PROM || op == OP_PROBE || op == OP_PROBEB;
    bool is_effect = group == GROUP_EFFECT || group == GROUP_TIME || group == GROUP_RULES;

    if (op == OP_GATE) is_effect = true;
    if (p->block->event == EV_PROBE) return !is_effect || is_probe || bad(p, VERIFY_PROBE_EVENT);
    return !is_probe || bad(p, VERIFY_PROBE_EVENT);
}

static bool check_group_of(Pass *p, uint64_t w)
{
    switch ((OpGroup)op_info(word_op(w))->group) {
    case GROUP_CONTROL:
        return word_op(w) != OP_GATE || check_gate(p, w);
    case GROUP_LOAD:
        return check_load(p, w);
    case GROUP_TIME:
        return check_time(p, w);
    case GROUP_RULES:
        return check_rules(p, w);
    case GROUP_EFFECT:
        return check_effect(p, w);
    default:
        return true;
    }
}

static bool check_word(Pass *p, uint64_t w)
{
    const OpInfo *info = op_info(word_op(w));

    if (!info->group) return bad(p, VERIFY_OPCODE);
    if (!(info->parts >> part_of(p) & 1) && !bad(p, VERIFY_PART)) return false;
    if ((word_flags(w) & ~info->flags) && !bad(p, VERIFY_FLAGS)) return false;
    if ((word_op(w) == OP_END) != (p->at + word_count(w) >= p->end) && !bad(p, VERIFY_END))
        return false;
    p->cost += info->cost;
    return check_event(p, w) && check_sources(p, w) && check_group_of(p, w) && check_result(p, w);
}

/* ---- blocks ------------------------------------------------------------------------------------- */

static bool check_block_words(Pass *p)
{
    p->at = p->block->first;
    p->end = p->block->first + p->block->count;
    p->in_region = p->has_open_require = p->has_token = p->in_legs = false;
    p->cost = 0;
    while (p->at < p->end) {
        uint64_t w = p->words[p->at];

        if (p->in_region && p->at >= p->region_end && !close_region(p)) return false;
        if (!check_word(p, w)) return false;
        p->at += word_count(w);
    }
    return true;
}

static uint32_t index_count(const Pass *p, uint8_t event)
{
    switch (event) {
    case EV_SLOT_CLOSE:
    case EV_SLOT_OPEN:
    case EV_RESOLVE:
    case EV_TICK:
        return p->counts[0] ? p->counts[0] : 1;
    case EV_STALE: /* of a market, or behind them of a feed */
        return (p->counts[0] ? p->counts[0] : 1) + p->counts[2];
    case EV_LEADER:
        return p->counts[1] * 3;
    case EV_FEED:
        return p->counts[2];
    default:
        return event < EV_KINDS ? 1 : 0;
    }
}

static uint32_t block_key(const BlockRow *b)
{
    return (uint32_t)b->part << 24 | (uint32_t)b->event << 16 | b->index;
}

static bool check_block_row(Pass *p, const BlockRow *before, uint32_t words, uint32_t word_count)
{
    const BlockRow *b = p->block;
    bool is_shared = b->part == PART_U;

    p->at = words;
    if (b->part > PART_S || is_shared != (p->section == SEC_CODE_U) ||
        b->index >= index_count(p, b->event) || (before && block_key(b) <= block_key(before)))
        return bad(p, VERIFY_BLOCK_KEY);
    if (b->first != words || b->count > word_count - words) return bad(p, VERIFY_BLOCKS);
    if (b->count > MAX_CODE_WORDS) return bad(p, VERIFY_COUNTS);
    return b->count > 0 || bad(p, VERIFY_END);
}

/* What the shared block of the same event leaves behind: registers written outside of regions. */
static uint32_t take_shared_block(Pass *p, const BlockRow *b)
{
    const uint64_t *words = p->img->shared.words;
    uint32_t cost = 0;

    for (uint32_t at = b->first; at < b->first + b->count; at += word_count(words[at])) {
        uint64_t w = words[at];
        OperandKind kind = op_operand(op_info(word_op(w)), 0);

        cost += op_info(word_op(w))->cost;
        if (word_op(w) == OP_MASK)
            at += word_c(w);
        else if ((kind == OPERAND_DN || kind == OPERAND_DQ || kind == OPERAND_DR) &&
                 is_register(word_a(w)))
            mark_written(p, word_a(w));
    }
    return cost;
}

/* The shared block with the event of `b`; *cursor moves forward only, since keys ascend. */
static const BlockRow *shared_block_of(const Image *img, const BlockRow *b, uint32_t *cursor)
{
    uint32_t want = block_key(b) & 0xFFFFFF;

    while (*cursor < img->shared.block_count && block_key(&img->shared.blocks[*cursor]) < want)
        ++*cursor;
    if (*cursor == img->shared.block_count) return NULL;
    return block_key(&img->shared.blocks[*cursor]) == want ? &img->shared.blocks[*cursor] : NULL;
}

static bool check_block(Pass *p, const BlockRow *shared)
{
    uint32_t cost = 0, words = p->block->count;

    p->number++;
    p->in_region = false;
    memset(p->scratch->written, 0, sizeof p->scratch->written);
    if (shared) {
        cost = take_shared_block(p, shared);
        words += shared->count;
    }
    if (!check_block_words(p)) return false;
    cost += p->cost;
    if (cost > MAX_COST && !bad(p, VERIFY_COST)) return false;
    if (cost > p->cert->cost) p->cert->cost = cost;
    if (words > p->cert->words) p->cert->words = words;
    return true;
}

static bool check_section(Pass *p, const CodeSection *code)
{
    const BlockRow *before = NULL, *shared = NULL;
    uint32_t words = 0, cursor = 0;

    p->words = code->words;
    for (uint32_t i = 0; i < code->block_count; i++) {
        p->block = &code->blocks[i];
        if (!check_block_row(p, before, words, code->word_count)) return false;
        if (before && before->part != p->block->part) cursor = 0;
        if (p->section == SEC_CODE_V) shared = shared_block_of(p->img, p->block, &cursor);
        if (!check_block(p, shared)) return false;
        words = p->block->first + p->block->count;
        before = p->block;
    }
    p->at = words;
    return words == code->word_count || bad(p, VERIFY_BLOCKS);
}

bool verify_code(const Image *img, VerifyScratch *scratch, Refuser *refuser, Certificate *ret_cert)
{
    Pass p = {.img = img, .scratch = scratch, .refuser = refuser, .cert = ret_cert};

    for (uint32_t i = 0; i < img->sources_count; i++) {
        p.counts[0] += img->sources[i].source == 0;
        p.counts[1] += img->sources[i].source == 1;
        p.counts[2] += img->sources[i].source == 3;
    }
    p.section = SEC_CODE_U;
    if (!check_section(&p, &img->shared)) return false;
    p.section = SEC_CODE_V;
    return check_section(&p, &img->wallet);
}
