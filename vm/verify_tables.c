/* verify_tables.c — the rows of an image: numbers that exist, references that resolve, memory that fits.
 *
 * Each table has one check of one row; a loop runs them.  Promise: after it no row names anything that
 * is not there, and state rows lie side by side inside their blocks. */
#include <string.h>

#include "vm/base/date.h"
#include "vm/base/num.h"
#include "vm/ops.h"
#include "vm/state/memory.h"
#include "vm/verify.h"

enum { NO_STATE = 0xFFFFFFFF, NO_GROUP = 0xFFFF };
enum { INPUT_SLOTS = 3, PARAM_FLAGS = 7, PARAM_WHOLE = 2, LIMIT_IS_OPERAND = 1 };
#define MAX_SPAN 1e9 /* seconds: a duration that no run outlives */

typedef struct Tables {
    const Image *img;
    VerifyScratch *scratch;
    Refuser *refuser;
    uint32_t markets, leaders, accounts, feeds;
    uint32_t strings;
    uint32_t state_end[2];
} Tables;

static bool bad(const Tables *t, VerifyRule rule, SectionKind section, uint32_t row)
{
    return refuse(t->refuser, rule, section, row);
}

/* ---- operands of rows: constants and params ----------------------------------------------------- */

typedef struct Bounds {
    bool is_there, is_whole;
    bool is_derived; /* looked at when an instance is made */
    double low, high;
} Bounds;

/* What a constant or param operand can be. */
static Bounds operand_bounds(const Image *img, uint16_t operand)
{
    uint32_t idx = operand & OPND_INDEX;

    if ((operand & OPND_FILE) == OPND_CONST && idx < img->consts_count) {
        double v = img->consts[idx];
        return (Bounds){.is_there = true, .is_whole = num_rint(v) == v, .low = v, .high = v};
    }
    if ((operand & OPND_FILE) == OPND_PARAM && idx < img->params_count) {
        const ParamRow *p = &img->params[idx];
        return (Bounds){.is_there = true,
                        .is_whole = (p->flags & PARAM_WHOLE) != 0,
                        .low = p->low,
                        .high = p->high};
    }
    if ((operand & OPND_FILE) == OPND_PARAM && idx < img->params_count + img->derived_count)
        return (Bounds){.is_there = true, .is_derived = true};
    return (Bounds){0};
}

static bool is_steps(const Image *img, uint16_t operand, uint32_t max)
{
    Bounds b = operand_bounds(img, operand);

    if (b.is_derived) return max >= 1;
    return b.is_there && b.is_whole && b.low >= 1 && b.high <= max;
}

static bool is_span(const Image *img, uint16_t operand)
{
    Bounds b = operand_bounds(img, operand);

    return b.is_derived || (b.is_there && b.low >= 0 && b.high <= MAX_SPAN);
}

/* ---- counts and content ------------------------------------------------------------------------- */

static bool check_counts(const Tables *t)
{
    const Image *img = t->img;
    const ImageMeta *m = img->meta;
    bool is_fine = img->consts_count <= MAX_CONSTS && img->params_count <= MAX_PARAMS &&
                   img->state_count <= MAX_STATE_ROWS && img->rules_count <= MAX_RULES &&
                   img->actions_count <= MAX_ACTIONS && img->limits_count <= MAX_LIMITS &&
                   img->shows_count <= MAX_SHOWS && img->inputs_count <= MAX_INPUTS &&
                   img->derived_count <= MAX_DERIVED && img->tokens_count <= MAX_TOKENS &&
                   img->clocks_count <= MAX_CLOCKS && t->markets <= MAX_MARKETS &&
                   t->leaders <= MAX_LEADERS && t->accounts <= MAX_ACCOUNTS &&
                   t->feeds <= MAX_FEEDS;

    if (!is_fine || m->shared_regs > MAX_SHARED_REGS || m->shared_qregs > MAX_SHARED_REGS ||
        m->wallet_regs > MAX_WALLET_REGS || m->wallet_qregs > MAX_WALLET_REGS ||
        m->shared_state > MAX_SHARED_STATE || m->wallet_state > MAX_WALLET_STATE ||
        m->reason_count > MAX_REASONS || m->quotes > MAX_ACTIONS || m->groups > MAX_ACTIONS)
        return refuse(t->refuser, VERIFY_COUNTS, SEC_META, 0) && is_fine;
    return true;
}

static bool check_meta(Tables *t, uint32_t row)
{
    const ImageMeta *m = &t->img->meta[row];

    if (m->title >= t->strings || m->reason_count >= t->strings || m->shared_state % 8 ||
        m->wallet_state % 8)
        return bad(t, VERIFY_DESCRIPTOR, SEC_META, row);
    return true;
}

static bool check_const(Tables *t, uint32_t row)
{
    const double *c = t->img->consts;

    if (!num_is_finite(c[row]) || num_bits(c[row]) == num_bits(-0.0) ||
        (row > 0 && c[row] <= c[row - 1]))
        return bad(t, VERIFY_CONSTS, SEC_CONSTS, row);
    return true;
}

static bool check_param(Tables *t, uint32_t row)
{
    const ParamRow *p = &t->img->params[row];

    if (p->pad || p->flags > PARAM_FLAGS) return bad(t, VERIFY_PADDING, SEC_PARAMS, row);
    if (p->name >= t->strings) return bad(t, VERIFY_DESCRIPTOR, SEC_PARAMS, row);
    if (!num_is_finite(p->value) || !num_is_finite(p->low) || !num_is_finite(p->high) ||
        !num_is_finite(p->step) || p->step < 0 || p->low > p->value || p->value > p->high ||
        ((p->flags & PARAM_WHOLE) && num_rint(p->value) != p->value))
        return bad(t, VERIFY_RANGES, SEC_PARAMS, row);
    return true;
}

/* An operation on constants, params and rows before it. */
static bool is_derived_operand(const Tables *t, uint16_t operand, uint32_t row)
{
    uint32_t idx = operand & OPND_INDEX;

    if ((operand & OPND_FILE) == OPND_CONST) return idx < t->img->consts_count;
    return (operand & OPND_FILE) == OPND_PARAM && idx < t->img->params_count + row;
}

static bool check_derived(Tables *t, uint32_t row)
{
    const DerivedRow *d = &t->img->derived[row];
    const OpInfo *info = op_info(d->op);
    bool is_binary = op_operand(info, 2) == OPERAND_N;

    if (d->pad || d->pad2) return bad(t, VERIFY_PADDING, SEC_DERIVED, row);
    if (info->group != GROUP_ARITH || !is_derived_operand(t, d->a, row) ||
        (is_binary ? !is_derived_operand(t, d->b, row) : d->b != 0))
        return bad(t, VERIFY_DESCRIPTOR, SEC_DERIVED, row);
    return true;
}

/* ---- inputs ------------------------------------------------------------------------------------ */

typedef enum Owner {
    OWNER_ABSENT,
    OWNER_TOKEN,
    OWNER_HELD,
    OWNER_MARKET,
    OWNER_TIME,
    OWNER_MSLOT,
    OWNER_WALLET,
    OWNER_INSTR,
    OWNER_HINSTR,
    OWNER_FILL,
    OWNER_TRADE,
    OWNER_RESOLVE,
    OWNER_FEED,
    OWNER_COUNT
} Owner;

static const uint8_t owner_of[FIELD_IDS] = {
#define FIELD(id, name, owner, ...) [id] = OWNER_##owner,
#include "vm/fields.def"
#undef FIELD
};

/* Which space an owner's fields live in (event fields of a wallet may live in either), what `index` counts and
 * whether the market must exist. */
static const struct {
    uint8_t spaces; /* bits 1 << InputSpace */
    uint8_t index;  /* 0 nothing, else the owner whose table it indexes */
    bool has_market;
} owners[OWNER_COUNT] = {
    [OWNER_TOKEN] = {1 << IN_SHARED, OWNER_TOKEN, true},
    [OWNER_HELD] = {1 << IN_WALLET, OWNER_TOKEN, true},
    [OWNER_MARKET] = {1 << IN_SHARED, 0, true},
    [OWNER_TIME] = {1 << IN_SHARED, 0, false},
    [OWNER_MSLOT] = {1 << IN_WALLET, 0, true},
    [OWNER_WALLET] = {1 << IN_WALLET, OWNER_WALLET, false},
    [OWNER_INSTR] = {1 << IN_SHARED, OWNER_TOKEN, true},
    [OWNER_HINSTR] = {1 << IN_WALLET, OWNER_TOKEN, true},
    [OWNER_FILL] = {1 << IN_EVENT | 1 << IN_WALLET, 0, false},
    [OWNER_TRADE] = {1 << IN_EVENT | 1 << IN_WALLET, OWNER_TRADE, false},
    [OWNER_RESOLVE] = {1 << IN_EVENT | 1 << IN_WALLET, 0, false},
    [OWNER_FEED] = {1 << IN_SHARED, OWNER_FEED, false},
};

static bool is_index(const Tables *t, uint8_t table, uint16_t index)
{
    switch (table) {
    case OWNER_TOKEN:
        return index < t->img->tokens_count;
    case OWNER_TRADE:
        return index < t->leaders;
    case OWNER_FEED:
        return index < t->feeds;
    case OWNER_WALLET:
        return index <= t->accounts;
    default:
        return true;
    }
}

static bool check_input(Tables *t, uint32_t row)
{
    const InputRow *in = &t->img->inputs[row];
    uint8_t owner = in->field < FIELD_IDS ? owner_of[in->field] : OWNER_ABSENT;
    bool needs_market = owners[owner].has_market ||
                        (owner == OWNER_TIME && in->field != FIELD_HOUR && in->field != FIELD_DAY);

    if (in->pad || in->life > 1) return bad(t, VERIFY_PADDING, SEC_INPUTS, row);
    if (owner == OWNER_ABSENT || in->space >= INPUT_SLOTS ||
        !(owners[owner].spaces >> in->space & 1) ||
        (in->market >= t->markets && (needs_market || in->market != MARKET_NONE)) ||
        !is_index(t, owners[owner].index, in->index))
        return bad(t, VERIFY_INPUT, SEC_INPUTS, row);
    if (!(in->low <= in->high)) return bad(t, VERIFY_RANGES, SEC_INPUTS, row);
    return true;
}

/* ---- state ------------------------------------------------------------------------------------- */

static bool check_window(const Tables *t, const StateRow *s, uint32_t row)
{
    const KindInfo *kind = memory_kind((StateKind)s->kind);
    bool is_fine = false;

    switch (kind->window) {
    case WINDOW_NONE:
        is_fine = s->window == OPND_NONE && s->max_window == 0;
        break;
    case WINDOW_STEPS:
        is_fine = s->max_window <= MAX_WINDOW && is_steps(t->img, s->window, s->max_window);
        break;
    case WINDOW_SPAN:
        is_fine = s->max_window == 0 && is_span(t->img, s->window);
        break;
    }
    return is_fine || bad(t, VERIFY_WINDOW, SEC_STATE, row);
}

/* Rows of a space stand in the order of their offsets, so that one comparison excludes any overlap. */
static bool check_place(Tables *t, const StateRow *s, uint32_t row)
{
    const ImageMeta *m = t->img->meta;
    uint32_t block = s->space == SPACE_SHARED ? m->shared_state : m->wallet_state;

    if (s->size != memory_size((StateKind)s->kind, s->max_window))
        return bad(t, VERIFY_STATE_SIZE, SEC_STATE, row);
    if (s->offset % 8 || s->offset < t->state_end[s->space] || s->offset > block ||
        s->size > block - s->offset)
        return bad(t, VERIFY_STATE_PLACE, SEC_STATE, row);
    t->state_end[s->space] = s->offset + s->size;
    return true;
}

static bool is_program_state(const StateRow *s)
{
    return s->kind == SK_NUM || s->kind == SK_BOOL;
}

static bool has_clocks(const Tables *t, uint64_t clocks)
{
    uint32_t count = t->img->clocks_count;

    return count >= MAX_CLOCKS || clocks >> count == 0;
}

static bool are_flags_fine(const Tables *t, const StateRow *s)
{
    uint32_t low = s->flags & ((1U << SF_SLOTS_SHIFT) - 1), slots = s->flags >> SF_SLOTS_SHIFT;

    if (low & ~(s->kind == SK_SMA ? (uint32_t)SF_EXACT : 0U)) return false;
    return slots == 0 || (s->life == STATE_SLOT && slots >> t->markets == 0);
}

static bool check_state(Tables *t, uint32_t row)
{
    const StateRow *s = &t->img->state[row];
    bool has_init = s->init != OPND_NONE;

    if (s->kind >= SK_KINDS || s->space > SPACE_WALLET || s->life > STATE_SLOT ||
        !are_flags_fine(t, s) || !has_clocks(t, s->clocks) ||
        (s->market >= t->markets && (s->life == STATE_SLOT || s->market != MARKET_NONE)) ||
        (has_init && (!is_program_state(s) || !operand_bounds(t->img, s->init).is_there)))
        return bad(t, VERIFY_STATE_ROW, SEC_STATE, row);
    return check_window(t, s, row) && check_place(t, s, row);
}

/* ---- rules and actions -------------------------------------------------------------------------- */

/* A `when` rule has an arming row of its own, other rules none. */
static bool is_arm_fine(Tables *t, const RuleRow *r)
{
    const StateRow *s;

    if (r->kind != RULE_WHEN) return r->arm == NO_STATE;
    if (r->arm >= t->img->state_count) return false;
    s = &t->img->state[r->arm];
    return s->kind == SK_ARM && s->space == r->space && t->scratch->stamps[r->arm]++ == 0;
}

static bool check_rule(Tables *t, uint32_t row)
{
    const RuleRow *r = &t->img->rules[row];

    if (r->pad) return bad(t, VERIFY_PADDING, SEC_RULES, row);
    if (r->kind > RULE_ON || r->event >= EV_KINDS || r->space > SPACE_WALLET ||
        r->label >= t->strings || r->first_action > t->img->actions_count ||
        r->action_count > t->img->actions_count - r->first_action || !has_clocks(t, r->clocks) ||
        !is_arm_fine(t, r))
        return bad(t, VERIFY_RULE, SEC_RULES, row);
    return true;
}

static bool is_size_unit_fine(const Image *img, const ActionRow *a)
{
    bool is_trade = a->kind == ACT_BUY || a->kind == ACT_SELL;

    if (!is_trade) return true;
    if (a->size_unit == SIZE_NONE) return false;
    if (a->size_unit >= SIZE_PART) return a->kind == ACT_SELL;
    if (a->token < 0) return a->size_unit != SIZE_COINS;
    return img->tokens[a->token].outcome == 2 ? a->size_unit != SIZE_SHARES
                                              : a->size_unit != SIZE_COINS;
}

static bool check_action(Tables *t, uint32_t row)
{
    const ActionRow *a = &t->img->actions[row];
    bool is_pair = a->kind == ACT_SPLIT || a->kind == ACT_MERGE;
    uint32_t tokens = is_pair ? t->markets : t->img->tokens_count;

    if (a->kind > ACT_QUOTE || a->size_unit > SIZE_ALL || a->modifiers > 15 || a->flags > 15 ||
        a->token < -1 || a->token >= (int32_t)tokens || a->rule >= t->img->rules_count ||
        (a->group != NO_GROUP && a->group >= t->img->meta->groups) || a->text >= t->strings ||
        (a->kind == ACT_QUOTE && a->quote >= t->img->meta->quotes))
        return bad(t, VERIFY_ACTION, SEC_ACTIONS, row);
    return is_size_unit_fine(t->img, a) || bad(t, VERIFY_UNIT, SEC_ACTIONS, row);
}

static bool check_limit(Tables *t, uint32_t row)
{
    const LimitRow *l = &t->img->limits[row];

    if (l->pad) return bad(t, VERIFY_PADDING, SEC_LIMITS, row);
    if (l->kind >= LIM_KINDS || l->per > PER_LEADER || l->after > AFTER_LOSS || l->flags > 1 ||
        !has_clocks(t, l->clocks) ||
        ((l->flags & LIMIT_IS_OPERAND) && !operand_bounds(t->img, l->value).is_there))
        return bad(t, VERIFY_DESCRIPTOR, SEC_LIMITS, row);
    return true;
}

static bool check_show(Tables *t, uint32_t row)
{
    const ShowRow *s = &t->img->shows[row];

    if (s->pad[0] || s->pad[1]) return bad(t, VERIFY_PADDING, SEC_SHOWS, row);
    if (s->kind > 2 || s->is_cond > 1 || s->name >= t->strings ||
        (row > 0 && s->kind < t->img->shows[row - 1].kind))
        return bad(t, VERIFY_DESCRIPTOR, SEC_SHOWS, row);
    return true;
}

/* ---- what the image listens to ------------------------------------------------------------------ */

static void count_sources(Tables *t)
{
    uint32_t *counts[] = {&t->markets, &t->leaders, &t->accounts, &t->feeds};

    for (uint32_t i = 0; i < t->img->sources_count; i++)
        if (t->img->sources[i].source < 4) ++*counts[t->img->sources[i].source];
}

static bool check_source(Tables *t, uint32_t row)
{
    const SourceRow *s = &t->img->sources[row];

    if (s->pad[0] || s->pad[1] || s->pad[2]) return bad(t, VERIFY_PADDING, SEC_SOURCES, row);
    if (s->source > 3 || (row > 0 && s->source < t->img->sources[row - 1].source) ||
        (s->source == 0 && s->kind > MARKET_PERP) || s->any > 1 || s->name >= t->strings ||
        s->venue >= t->strings || s->selector >= t->strings || s->stale_us < 0 || s->slot_us < 0 ||
        (s->source == 0 && s->kind == MARKET_SLOT && (s->slot_us < 1 || s->slot_us > DAY_US)) ||
        (s->stale != OPND_NONE &&
         (operand_bounds(t->img, s->stale).is_derived || !is_span(t->img, s->stale))))
        return bad(t, VERIFY_DESCRIPTOR, SEC_SOURCES, row);
    return true;
}

static bool check_token(Tables *t, uint32_t row)
{
    const TokenRow *k = &t->img->tokens[row];

    if (k->pad) return bad(t, VERIFY_PADDING, SEC_TOKENS, row);
    if ((k->market >= t->markets && k->market != MARKET_NONE) || k->outcome > 2 ||
        (k->account > 0 && k->account >= t->accounts) || k->name >= t->strings)
        return bad(t, VERIFY_DESCRIPTOR, SEC_TOKENS, row);
    return true;
}

static bool is_clock_fine(const Tables *t, const ClockRow *c)
{
    switch (c->kind) {
    case CLOCK_TICK:
    case CLOCK_RESOLVE:
    case CLOCK_SLOT:
        return c->index < t->markets || c->index == MARKET_NONE;
    case CLOCK_FEED:
        return c->index < t->feeds;
    case CLOCK_LEADER:
        return c->index < t->leaders;
    case CLOCK_EVERY:
        if (c->period != OPND_NONE) {
            Bounds b = operand_bounds(t->img, c->period);
            return b.is_there && !b.is_derived && b.low > 0 && b.high <= 86400;
        }
        return c->period_us > 0 && DAY_US % c->period_us == 0;
    default:
        return c->kind <= CLOCK_START;
    }
}

static bool check_clock(Tables *t, uint32_t row)
{
    const ClockRow *c = &t->img->clocks[row];

    if (c->pad || c->pad2) return bad(t, VERIFY_PADDING, SEC_CLOCKS, row);
    return is_clock_fine(t, c) || bad(t, VERIFY_DESCRIPTOR, SEC_CLOCKS, row);
}

static bool check_ready(Tables *t, uint32_t row)
{
    const ReadyRow *r = &t->img->ready[row];

    if (row >= t->img->rules_count || r->ready_us < 0 || r->settled_us < 0)
        return bad(t, VERIFY_DESCRIPTOR, SEC_READY, row);
    return true;
}

/* ---- places ------------------------------------------------------------------------------------ */

static const CodeSection *code_of(const Image *img, uint8_t section)
{
    if (section == SEC_CODE_U) return &img->shared;
    return section == SEC_CODE_V ? &img->wallet : NULL;
}

static bool check_line(Tables *t, uint32_t row)
{
    const LineRow *l = &t->img->lines[row];
    const CodeSection *code = code_of(t->img, l->section);

    if (l->pad) return bad(t, VERIFY_PADDING, SEC_LINES, row);
    if (!code || l->word >= code->word_count || l->begin > l->end)
        return bad(t, VERIFY_PLACES, SEC_LINES, row);
    return true;
}

static bool is_cond_operand(const Image *img, uint16_t operand)
{
    uint32_t idx = operand & OPND_INDEX;

    switch (operand & OPND_FILE) {
    case OPND_SHARED:
        return idx < img->meta->shared_regs;
    case OPND_SHAREDQ:
        return idx < img->meta->shared_qregs;
    case OPND_WALLET:
        return idx < img->meta->wallet_regs;
    case OPND_WALLETQ:
        return idx < img->meta->wallet_qregs;
    default:
        return operand == OPND_NONE || operand_bounds(img, operand).is_there;
    }
}

static bool check_cond(Tables *t, uint32_t row)
{
    const CondRow *c = &t->img->conds[row];
    const CodeSection *code = code_of(t->img, c->section);

    if (c->pad || c->pad2) return bad(t, VERIFY_PADDING, SEC_CONDS, row);
    if ((code ? c->word >= code->word_count : c->section != 0) || c->begin > c->end ||
        c->role > 2 || !is_cond_operand(t->img, c->left) || !is_cond_operand(t->img, c->right) ||
        !is_cond_operand(t->img, c->right2) || !is_cond_operand(t->img, c->value))
        return bad(t, VERIFY_PLACES, SEC_CONDS, row);
    return true;
}

/* ---- all of them -------------------------------------------------------------------------------- */

bool verify_tables(const Image *img, VerifyScratch *scratch, Refuser *refuser)
{
    Tables t = {.img = img, .scratch = scratch, .refuser = refuser};
    const struct {
        bool (*check)(Tables *t, uint32_t row);
        uint32_t count;
    } passes[] = {
        {check_meta, 1},
        {check_source, img->sources_count},
        {check_const, img->consts_count},
        {check_derived, img->derived_count},
        {check_param, img->params_count},
        {check_token, img->tokens_count},
        {check_clock, img->clocks_count},
        {check_input, img->inputs_count},
        {check_state, img->state_count},
        {check_rule, img->rules_count},
        {check_action, img->actions_count},
        {check_limit, img->limits_count},
        {check_show, img->shows_count},
        {check_ready, img->ready_count},
        {check_line, img->lines_count},
        {check_cond, img->conds_count},
    };

    count_sources(&t);
    if (img->strings.len >= 4)
        memcpy(&t.strings, img->strings.ptr, sizeof t.strings);
    else
        t.strings = 1;
    if (!check_counts(&t)) return false;
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        for (uint32_t row = 0; row < passes[i].count; row++)
            if (!passes[i].check(&t, row)) return false;
    memset(scratch->stamps, 0, img->state_count * sizeof *scratch->stamps);
    return true;
}
