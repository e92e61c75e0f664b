/* candidates.c — everything that can be read, traded or called at a place, with its unit.
 *
 * In: the context, and the unit that is wanted.  Out: items, those of that unit first.  Promise: what is
 * listed exists in this file or in the catalogue of its markets. */
#include "compiler/lsp/complete_private.h"

#include "compiler/sema/offers.h"
#include "vm/base/fmt.h"

enum { ITEMS_MAX = 2000 };
enum { RANK_NAME = 2, RANK_FIELD = 3, RANK_FUNCTION = 4, RANK_OTHER = 6 };

void item_add(Context *c, AskItem item)
{
    if (item.label.len == 0 || c->items.count >= ITEMS_MAX) return;
    if (item.insert.len == 0) item.insert = item.label;
    (void)vec_push(c->ask->arena, &c->items, item);
}

static Span text_of(const Context *c, const char *fmt, Span a, Span b)
{
    Buf out;

    buf_init(&out, c->ask->arena, 1024);
    buf_fmt(&out, fmt, a, b);
    return arena_span(c->ask->arena, buf_span(&out));
}

static bool fits(Type t, const Type *want)
{
    if (!want || t.shape != want->shape) return false;
    return t.shape != SHAPE_NUM || (dim_is(t.dim, want->dim) && t.percent == want->percent);
}

static uint8_t rank_of(Type t, const Type *want, int rank)
{
    return (uint8_t)(!want || fits(t, want) ? rank : RANK_OTHER + rank);
}

/* ---- names of the file ------------------------------------------------------------------------ */

static bool is_visible(const Context *c, const Symbol *s)
{
    uint32_t at = c->typed.begin;

    return !s->is_local || (s->scope.begin <= at && at <= s->scope.end);
}

static AskItemKind kind_of(SymbolKind kind)
{
    switch (kind) {
    case SYM_PARAM:
        return ASK_ITEM_PARAM;
    case SYM_STATE:
        return ASK_ITEM_STATE;
    case SYM_DEF:
        return ASK_ITEM_FUNCTION;
    case SYM_MARKET:
    case SYM_LEADER:
    case SYM_ACCOUNT:
        return ASK_ITEM_MARKET;
    default:
        return ASK_ITEM_VARIABLE;
    }
}

/* What the named value measures; false for what has no value, and where it could not be checked. */
static bool symbol_type(const Context *c, const Symbol *s, Type *ret, Span *ret_detail)
{
    const Let *let = s->kind == SYM_LET ? ask_let(c->ask, s->node) : NULL;
    const Param *param = s->kind == SYM_PARAM ? ask_param(c->ask, s->node) : NULL;
    const State *state = s->kind == SYM_STATE ? ask_state(c->ask, s->node) : NULL;
    Buf out;

    *ret = type_of(SHAPE_BAD);
    if (let && let->value) *ret = let->value->type;
    if (param) *ret = param->type;
    if (state) *ret = state->type;
    if (s->kind == SYM_FEED || s->kind == SYM_COUNTER) *ret = type_unit(UNIT_NUMBER);
    if (s->kind == SYM_INPUT) *ret = type_of_word((TypeWord)s->node->op);
    *ret_detail = say_type(c->ask, *ret);
    if (let && let->value) {
        buf_init(&out, c->ask->arena, 256);
        say_value(c->ask, let->value, &out);
        *ret_detail = buf_span(&out);
    }
    return ret->shape != SHAPE_BAD;
}

static void add_symbol(Context *c, const Symbol *s, const Type *want)
{
    Type t;
    Span detail;
    bool has_type = symbol_type(c, s, &t, &detail);

    item_add(c, (AskItem){.kind = kind_of(s->kind),
                          .rank = has_type ? rank_of(t, want, RANK_NAME) : RANK_OTHER + RANK_NAME,
                          .label = s->name,
                          .detail = has_type ? detail : span_str(symbol_says(s->kind)),
                          .doc = symbol_doc(c->ask, s)});
}

static void add_definition(Context *c, const Symbol *s)
{
    Buf head;

    buf_init(&head, c->ask->arena, 1024);
    definition_put(s->node, &head);
    item_add(c, (AskItem){.kind = ASK_ITEM_FUNCTION,
                          .rank = RANK_FUNCTION,
                          .is_snippet = true,
                          .label = s->name,
                          .detail = buf_span(&head),
                          .doc = symbol_doc(c->ask, s),
                          .insert = text_of(c, "%S($0)%S", s->name, SPAN(""))});
}

static void add_names(Context *c, const Type *want)
{
    const Names *n = ask_names(c->ask);

    for (size_t i = 0; i < n->symbols.count; i++) {
        const Symbol *s = &n->symbols.items[i];

        if (!is_visible(c, s) || s->kind == SYM_SHOW || s->kind == SYM_REASON) continue;
        if (s->kind == SYM_DEF)
            add_definition(c, s);
        else
            add_symbol(c, s, want);
    }
}

void symbols_add(Context *c, SymbolKind kind, AskItemKind as, uint8_t rank)
{
    const Names *n = ask_names(c->ask);

    for (size_t i = 0; i < n->symbols.count; i++) {
        const Symbol *s = &n->symbols.items[i];

        if (s->kind == kind && is_visible(c, s))
            item_add(c, (AskItem){.kind = as,
                                  .rank = rank,
                                  .label = s->name,
                                  .detail = span_str(symbol_says(kind)),
                                  .doc = symbol_doc(c->ask, s)});
    }
}

/* ---- functions -------------------------------------------------------------------------------- */

static void add_functions(Context *c)
{
    for (size_t i = 0; i < function_count(); i++) {
        const Function *f = function_at(i);
        Buf head;

        buf_init(&head, c->ask->arena, 256);
        function_put(f, &head);
        item_add(c, (AskItem){.kind = ASK_ITEM_FUNCTION,
                              .rank = RANK_FUNCTION,
                              .is_snippet = true,
                              .label = span_str(f->name),
                              .detail = buf_span(&head),
                              .doc = span_str(f->sentence),
                              .insert = text_of(c, "%S($0)%S", span_str(f->name), SPAN(""))});
    }
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* Levels two and three of the book come up behind a dot only. */
static bool is_deep(const FieldInfo *f)
{
    char last = f->name[f->name_len - 1];

    return last >= '0' && last <= '9';
}

/* `skip` bytes of the name are there already. */
static void add_field(Context *c, const FieldInfo *f, Span prefix, size_t skip, const Type *want)
{
    Type t = offers_type(f);
    Span label = span_from(field_name(f), skip);

    item_add(c, (AskItem){.kind = ASK_ITEM_FIELD,
                          .rank = rank_of(t, want, RANK_FIELD),
                          .label = prefix.len ? text_of(c, "%S.%S", prefix, label) : label,
                          .detail = say_type(c->ask, t),
                          .doc = span_str(f->sentence)});
}

static void add_owned(Context *c, FieldOwner owner, Span prefix, bool has_deep, const Type *want)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);

        if (f->owner == owner && (has_deep || !is_deep(f))) add_field(c, f, prefix, 0, want);
    }
}

static const Market *markets(const Context *c, uint32_t *ret_count)
{
    *ret_count = c->ask->c.program ? c->ask->c.program->markets_count : 0;
    return *ret_count ? c->ask->c.program->markets : NULL;
}

static Span outcome_name(const Market *m, int outcome)
{
    if (m->kind == MARKET_SLOT) return outcome ? SPAN("down") : SPAN("up");
    return outcome ? SPAN("no") : SPAN("yes");
}

static Span share_name(const Context *c, const Market *m, int outcome, bool is_alone)
{
    Span name = outcome_name(m, outcome);

    return is_alone ? name : text_of(c, "%S.%S", m->name, name);
}

static bool is_resolve(const Context *c)
{
    size_t item = context_item(c);

    return item != NO_WORD && item + 1 < c->count &&
           span_eq_str(word_text(c->ask, c->words[item + 1]), "resolve");
}

/* Fields of the market itself; `prefix` empty when it is the only one, or when it is written. */
static void add_market_fields(Context *c, const Market *m, Span prefix, const Type *want)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        bool is_instrument = f->owner == OWNER_INSTR || f->owner == OWNER_HINSTR;

        if (!offers_field(m->kind, f) || (!is_instrument && !offers_at_market(f->owner))) continue;
        if (f->owner == OWNER_RESOLVE && !is_resolve(c)) continue;
        add_field(c, f, prefix, 0, want);
    }
}

static void add_market(Context *c, const Market *m, bool is_alone, const Type *want)
{
    if (offers_outcomes(m->kind)) {
        for (int o = 0; o < 2; o++) {
            Span share = share_name(c, m, o, is_alone);

            add_owned(c, OWNER_TOKEN, share, false, want);
            add_owned(c, OWNER_HELD, share, false, want);
        }
    }
    add_market_fields(c, m, is_alone ? (Span){NULL, 0} : m->name, want);
}

/* Is the statement of the file an `on` that names this record? */
static bool is_handler(const Context *c, const char *record)
{
    size_t item = context_item(c);

    if (item == NO_WORD || !span_eq_str(word_text(c->ask, c->words[item]), "on")) return false;
    for (size_t i = item + 1; i < c->count && i < item + 4; i++)
        if (span_eq_str(word_text(c->ask, c->words[i]), record)) return true;
    return false;
}

static void add_records(Context *c, const Type *want)
{
    if (is_handler(c, "fill")) add_owned(c, OWNER_FILL, SPAN("fill"), true, want);
    if (is_handler(c, "trade")) add_owned(c, OWNER_TRADE, SPAN("trade"), true, want);
}

static void add_words(Context *c, Shape shape, const char *const *words)
{
    for (; *words; words++)
        item_add(c, (AskItem){.kind = ASK_ITEM_LITERAL,
                              .rank = 0,
                              .label = span_str(*words),
                              .detail = say_type(c->ask, type_of(shape))});
}

static void add_closed(Context *c, const Type *want)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
    static const char *const sides[] = {"buy", "sell", NULL};

    if (want && want->shape == SHAPE_DAY) add_words(c, SHAPE_DAY, days);
    if (want && want->shape == SHAPE_SIDE) add_words(c, SHAPE_SIDE, sides);
    if (want && (want->shape == SHAPE_OUTCOME || want->shape == SHAPE_TOKEN)) shares_add(c, 1);
}

void facts_add(Context *c)
{
    uint32_t count;
    const Market *m = markets(c, &count);

    for (uint32_t i = 0; i < count; i++)
        add_market(c, &m[i], count == 1, NULL);
    add_owned(c, OWNER_WALLET, (Span){NULL, 0}, true, NULL);
}

void values_add(Context *c, const Type *want)
{
    add_closed(c, want);
    add_names(c, want);
    facts_add(c);
    for (size_t i = 0; i < c->items.count; i++) /* facts_add knows no unit */
        if (want && c->items.items[i].kind == ASK_ITEM_FIELD &&
            !span_is(c->items.items[i].detail, say_type(c->ask, *want)))
            c->items.items[i].rank = RANK_OTHER + RANK_FIELD;
    add_records(c, want);
    add_functions(c);
}

/* ---- literals and shares ---------------------------------------------------------------------- */

typedef enum LiteralUnit {
    LIT_PRICE,
    LIT_USD,
    LIT_SHARES,
    LIT_COINS,
    LIT_PERCOIN,
    LIT_DURATION,
    LIT_PERCENT,
    LIT_NUMBER
} LiteralUnit;

static const struct {
    LiteralUnit unit;
    const char *label, *snippet;
} literals[] = {
#define LITERAL(unit, label, snippet) {LIT_##unit, label, snippet},
#include "compiler/lsp/wants.def"
#undef LITERAL
};

static bool is_unit(Type t, LiteralUnit unit)
{
    static const UnitName names[] = {UNIT_PRICE,   UNIT_USD,      UNIT_SHARES, UNIT_COINS,
                                     UNIT_PERCOIN, UNIT_DURATION, UNIT_NUMBER, UNIT_NUMBER};

    return type_is_unit(t, names[unit]) &&
           (names[unit] != UNIT_NUMBER || t.percent == (unit == LIT_PERCENT));
}

void literals_add(Context *c, Type want, uint8_t rank)
{
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++)
        if (is_unit(want, literals[i].unit))
            item_add(c, (AskItem){.kind = ASK_ITEM_LITERAL,
                                  .rank = rank,
                                  .is_snippet = true,
                                  .label = span_str(literals[i].label),
                                  .detail = say_type(c->ask, want),
                                  .insert = span_str(literals[i].snippet)});
}

void shares_add(Context *c, uint8_t rank)
{
    uint32_t count;
    const Market *m = markets(c, &count);

    for (uint32_t i = 0; i < count; i++)
        for (int o = 0; o < (offers_outcomes(m[i].kind) ? 2 : 1); o++)
            item_add(c, (AskItem){.kind = ASK_ITEM_SHARE,
                                  .rank = rank,
                                  .label = offers_outcomes(m[i].kind)
                                               ? share_name(c, &m[i], o, count == 1)
                                               : m[i].name,
                                  .detail = m[i].selector});
    if (is_handler(c, "fill"))
        item_add(c, (AskItem){.kind = ASK_ITEM_SHARE, .rank = rank, .label = SPAN("fill.token")});
    if (is_handler(c, "trade"))
        item_add(c, (AskItem){.kind = ASK_ITEM_SHARE, .rank = rank, .label = SPAN("trade.token")});
}

/* ---- behind a dot ----------------------------------------------------------------------------- */

static void add_share_fields(Context *c)
{
    add_owned(c, OWNER_TOKEN, (Span){NULL, 0}, true, NULL);
    add_owned(c, OWNER_HELD, (Span){NULL, 0}, true, NULL);
}

static void add_slot_fields(Context *c)
{
    for (size_t i = 0; i < field_count(); i++)
        if (span_starts(field_name(field_at(i)), SPAN("slot.")))
            add_field(c, field_at(i), (Span){NULL, 0}, 5, NULL);
}

static void add_market_members(Context *c, const Market *m)
{
    if (offers_outcomes(m->kind))
        for (int o = 0; o < 2; o++)
            item_add(c, (AskItem){.kind = ASK_ITEM_SHARE, .rank = 0, .label = outcome_name(m, o)});
    add_market_fields(c, m, (Span){NULL, 0}, NULL);
}

static void add_leader_members(Context *c)
{
    static const char *const events[] = {"trade", "split", "merge"};

    for (int i = 0; i < 3; i++)
        item_add(c, (AskItem){.kind = ASK_ITEM_EVENT, .label = span_str(events[i])});
}

static void add_account_members(Context *c)
{
    uint32_t count;
    const Market *m = markets(c, &count);

    add_owned(c, OWNER_WALLET, (Span){NULL, 0}, true, NULL);
    for (uint32_t i = 0; i < count; i++)
        item_add(c,
                 (AskItem){.kind = ASK_ITEM_MARKET, .label = m[i].name, .detail = m[i].selector});
    if (count == 1) add_market_members(c, &m[0]);
}

static void add_symbol_members(Context *c, const Symbol *s)
{
    const Market *m = s->kind == SYM_MARKET ? ask_market(c->ask, s->node) : NULL;

    if (m) add_market_members(c, m);
    if (s->kind == SYM_LEADER) add_leader_members(c);
    if (s->kind == SYM_ACCOUNT) add_account_members(c);
    if (s->kind == SYM_INPUT) add_share_fields(c);
}

void members_add(Context *c)
{
    Span owner = context_word(c, 1);
    const Symbol *s = names_global(ask_names(c->ask), owner);

    if (outcome_of(owner) >= 0 || span_eq_str(owner, "token"))
        add_share_fields(c);
    else if (span_eq_str(owner, "slot"))
        add_slot_fields(c);
    else if (span_eq_str(owner, "fill"))
        add_owned(c, OWNER_FILL, (Span){NULL, 0}, true, NULL);
    else if (span_eq_str(owner, "trade"))
        add_owned(c, OWNER_TRADE, (Span){NULL, 0}, true, NULL);
    else if (s)
        add_symbol_members(c, s);
    else
        add_share_fields(c);
}
