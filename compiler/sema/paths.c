/* paths.c — dotted names to what they read: fields, shares, markets, records of events.
 *
 * Own names win over fields (decision 44); with one market its fields need no prefix, with several they
 * do (2.4.6).  Promise: a path is resolved to exactly one thing or reported exactly once. */
#include "compiler/sema/checker.h"

#include "vm/base/buf.h"
#include "vm/base/num.h"

static const Ref BAD_REF = {.kind = REF_BAD, .index = -1};

Span venue_coin_name(const Checker *c, uint8_t coin)
{
    if (coin == 0 || coin > c->coins.count) return SPAN("coins");
    return c->coins.items[coin - 1];
}

uint8_t coin_index(Checker *c, Span coin)
{
    for (size_t i = 0; i < c->coins.count; i++)
        if (span_is(c->coins.items[i], coin)) return (uint8_t)(i + 1);
    if (coin.len == 0 || c->coins.count >= MAX_COINS) return 0;
    (void)vec_push(c->arena, &c->coins, coin);
    return (uint8_t)c->coins.count;
}

static const Market *market_at(const Checker *c, uint8_t market)
{
    return market < c->markets.count ? &c->markets.items[market] : NULL;
}

/* ---- types of fields -------------------------------------------------------------------------- */

static Type coin_type(const Checker *c, UnitName unit, uint8_t market)
{
    Type t = type_unit(unit);

    if (market_at(c, market)) t.coin = market_at(c, market)->coin;
    return t;
}

static Type field_type(const Checker *c, const FieldInfo *f, uint8_t market)
{
    Type t = offers_type(f);

    if (market_at(c, market) && (f->unit == FUNIT_PERCOIN || f->unit == FUNIT_COINS))
        t.coin = market_at(c, market)->coin;
    return t;
}

/* Fills in a spot or perpetual market are in coins. */
static Type fill_type(const Checker *c, const FieldInfo *f)
{
    int32_t token = c->where.index;
    uint8_t market = token >= 0 ? c->tokens.items[token].market : 0;
    const Market *m = market_at(c, market);

    if (!m || offers_outcomes(m->kind)) return field_type(c, f, MARKET_NONE);
    if (f->id == FIELD_FILL_PRICE) return coin_type(c, UNIT_PERCOIN, market);
    if (f->id == FIELD_FILL_SHARES) return coin_type(c, UNIT_COINS, market);
    return field_type(c, f, MARKET_NONE);
}

Expr *make_field(Checker *c, const FieldInfo *f, uint8_t market, uint16_t index, Place place)
{
    Type t = f->owner == OWNER_FILL ? fill_type(c, f) : field_type(c, f, market);

    return make_input(c, (FieldId)f->id, market, index, t, place);
}

/* ---- findings --------------------------------------------------------------------------------- */

static bool is_deep_field(Span name)
{
    return name.len && name.ptr[name.len - 1] >= '0' && name.ptr[name.len - 1] <= '9';
}

typedef struct FieldList {
    Span names[64];
    size_t count;
    bool has_more;
} FieldList;

static void list_add(FieldList *l, Span name)
{
    size_t at = l->count;

    if (is_deep_field(name)) l->has_more = true;
    if (is_deep_field(name) || l->count >= 64) return;
    while (at > 0 && span_cmp(l->names[at - 1], name) > 0) {
        l->names[at] = l->names[at - 1];
        at--;
    }
    l->names[at] = name;
    l->count++;
}

static Span list_text(Checker *c, const FieldList *l)
{
    Buf b;

    buf_init(&b, c->arena, 4096);
    for (size_t i = 0; i < l->count; i++)
        buf_fmt(&b, "%s%S", i ? ", " : "", l->names[i]);
    if (l->has_more) buf_str(&b, ", ...");
    return buf_span(&b);
}

/* Something with fields, and how findings speak of it. */
typedef struct Owner {
    Span name;
    TextId not_had;
    bool (*has)(const FieldInfo *f, uint8_t kind);
    uint8_t kind;
} Owner;

static bool share_has(const FieldInfo *f, uint8_t kind)
{
    (void)kind;
    return f->owner == OWNER_TOKEN || f->owner == OWNER_HELD;
}

static bool market_has(const FieldInfo *f, uint8_t kind)
{
    bool is_own = offers_at_market(f->owner) || f->owner == OWNER_INSTR || f->owner == OWNER_HINSTR;

    return is_own && offers_field(kind, f);
}

static bool slot_has(const FieldInfo *f, uint8_t kind)
{
    (void)kind;
    return span_starts(field_name(f), SPAN("slot."));
}

static bool fill_has(const FieldInfo *f, uint8_t kind)
{
    (void)kind;
    return f->owner == OWNER_FILL;
}

static bool trade_has(const FieldInfo *f, uint8_t kind)
{
    (void)kind;
    return f->owner == OWNER_TRADE;
}

static bool wallet_has(const FieldInfo *f, uint8_t kind)
{
    (void)kind;
    return f->owner == OWNER_WALLET;
}

static Ref no_such_field(Checker *c, const Owner *o, const Node *word)
{
    Diag *d = diag_add(c->diags, ODX110, word->place, T_NO_FIELD, arg_text(o->name),
                       arg_text(word->name));
    Near near = near_start(word->name);
    FieldList list = {.count = 0};

    for (size_t i = 0; i < field_count(); i++) {
        Span name = span_str(field_at(i)->name);

        if (!o->has(field_at(i), o->kind)) continue;
        if (o->has == slot_has) name = span_from(name, 5);
        near_try(&near, name);
        list_add(&list, name);
    }
    diag_label(d, o->not_had);
    diag_fact(d, T_HAS_FIELDS, arg_text(o->name), arg_text(list_text(c, &list)));
    near_help(c, d, &near, word->place);
    return BAD_REF;
}

/* Words 0 to `last` as written. */
static Span path_head(Checker *c, const Node *n, uint32_t last)
{
    Buf b;

    if (last == 0 && n->kid_count) return n->kids[0]->name;
    buf_init(&b, c->arena, 1024);
    for (uint32_t i = 0; i <= last && i < n->kid_count; i++) {
        if (i) buf_char(&b, '.');
        buf_span_put(&b, n->kids[i]->name);
    }
    return buf_span(&b);
}

static Ref value_ref(Expr *e)
{
    return expr_is_bad(e) ? BAD_REF : (Ref){.kind = REF_VALUE, .index = -1, .value = e};
}

static Ref no_fields_here(Checker *c, const Node *n, uint32_t at)
{
    diag_add(c->diags, ODX110, n->kids[at]->place, T_NO_FIELDS_AT_ALL,
             arg_text(path_head(c, n, at - 1)), arg_text(n->kids[at]->name));
    return BAD_REF;
}

/* ---- shares ----------------------------------------------------------------------------------- */

/* The same share as the first account calls it: what the venue says of it is kept there. */
static Span first_spelling(Checker *c, const Token *t)
{
    Span own;
    Buf b;

    if (t->account == 0 || t->account >= c->accounts.count) return t->spelled;
    own = c->accounts.items[t->account].name;
    if (!span_starts(t->spelled, own)) return t->spelled;
    buf_init(&b, c->arena, 1024);
    buf_fmt(&b, "%S%S", c->accounts.items[0].name, span_from(t->spelled, own.len));
    return buf_span(&b);
}

static Expr *static_field(Checker *c, uint32_t token, const FieldInfo *f, Place whole)
{
    Token t = c->tokens.items[token];

    if (f->owner == OWNER_TOKEN || f->owner == OWNER_INSTR) {
        int32_t first = token_index(c, t.market, t.outcome, 0, first_spelling(c, &t));

        if (first >= 0) token = (uint32_t)first;
    }
    return make_field(c, f, t.market, (uint16_t)token, whole);
}

static const FieldInfo *field_of_token(const Checker *c, uint32_t token, Span word)
{
    const Market *m = market_at(c, c->tokens.items[token].market);
    const FieldInfo *f;

    if (!m || offers_outcomes(m->kind)) return offers_of_share(word);
    f = offers_owned(OWNER_INSTR, word);
    if (!f) f = offers_owned(OWNER_HINSTR, word);
    return f && offers_field(m->kind, f) ? f : NULL;
}

Expr *token_field(Checker *c, Expr *token, Span field, Place whole, Place at)
{
    const Expr *e = expr_strip(token);
    const FieldInfo *f =
        e->op == EX_TOKEN ? field_of_token(c, e->index, field) : offers_of_share(field);
    Expr *made;

    (void)at;
    if (!f) return NULL;
    if (e->op == EX_TOKEN) return static_field(c, e->index, f, whole);
    made = MAKE(c, EX_TOKEN_FIELD, field_type(c, f, MARKET_NONE), whole, token);
    made->index = f->id;
    return made;
}

static Ref field_of_value(Checker *c, const Node *n, uint32_t at, Expr *token)
{
    const Node *word = n->kids[at];
    Expr *e = token_field(c, token, word->name, n->place, word->place);
    Owner o = {.name = path_head(c, n, at - 1), .not_had = T_NOT_OF_SHARE, .has = share_has};

    if (!e) return no_such_field(c, &o, word);
    if (at + 1 < n->kid_count) return no_fields_here(c, n, at + 1);
    return value_ref(e);
}

static Ref say_which_account(Checker *c, Place place, Span what)
{
    Diag *d = diag_add(c->diags, ODX114, place, T_SAY_ACCOUNT, arg_text(what));

    diag_label(d, T_WHOSE);
    diag_help(d, T_PREFIX_WITH, arg_text(c->accounts.items[0].name), arg_text(what));
    return BAD_REF;
}

static Ref token_lacks_field(Checker *c, const Market *m, const Node *n, uint32_t at)
{
    Owner o = {.name = path_head(c, n, at - 1), .not_had = T_NOT_OF_SHARE, .has = share_has};

    if (m && !offers_outcomes(m->kind)) {
        o.not_had = T_NOT_OF_MARKET;
        o.has = market_has;
        o.kind = m->kind;
    }
    return no_such_field(c, &o, n->kids[at]);
}

/* Words from `at` on are read from the share. */
static Ref from_token(Checker *c, const Node *n, uint32_t at, uint32_t token, int account)
{
    const Market *m = market_at(c, c->tokens.items[token].market);
    const FieldInfo *f;

    if (m) c->markets.items[c->tokens.items[token].market].read = true;
    if (at >= n->kid_count) return (Ref){.kind = REF_TOKEN, .index = (int32_t)token};
    f = field_of_token(c, token, n->kids[at]->name);
    if (!f) return token_lacks_field(c, m, n, at);
    if (at + 1 < n->kid_count) return no_fields_here(c, n, at + 1);
    if ((f->owner == OWNER_HELD || f->owner == OWNER_HINSTR) && c->accounts.count && account < 0)
        return say_which_account(c, n->place, path_head(c, n, n->kid_count - 1));
    return value_ref(static_field(c, token, f, n->place));
}

static Ref no_token_room(Checker *c, const Node *n)
{
    over_budget(c, n->place, T_SAY_THINGS_TO_TRADE, MAX_TOKENS);
    return BAD_REF;
}

static Ref make_token_ref(Checker *c, const Node *n, uint32_t at, uint8_t market, uint8_t outcome,
                          int account)
{
    int32_t token =
        token_index(c, market, outcome, (uint8_t)(account < 0 ? 0 : account), path_head(c, n, at));

    if (token < 0) return no_token_room(c, n);
    return from_token(c, n, at + 1, (uint32_t)token, account);
}

static Ref wrong_outcome(Checker *c, const Node *word, uint8_t kind)
{
    int outcome = outcome_of(word->name);
    Span right = kind == MARKET_SLOT ? (outcome ? SPAN("down") : SPAN("up"))
                                     : (outcome ? SPAN("no") : SPAN("yes"));
    Diag *d = diag_add(c->diags, ODX110, word->place,
                       kind == MARKET_SLOT ? T_HAS_UP_DOWN : T_HAS_YES_NO, arg_text(word->name));

    diag_fix(d, FIX_SAFE, T_DID_YOU_MEAN, arg_text(right));
    diag_edit(d, word->place, right);
    return BAD_REF;
}

static bool outcome_fits(Span word, uint8_t kind)
{
    bool is_slot_word = span_eq_str(word, "up") || span_eq_str(word, "down");

    return is_slot_word == (kind == MARKET_SLOT);
}

/* ---- markets ---------------------------------------------------------------------------------- */

static Ref labels_are_late(Checker *c, const Node *n, const FieldInfo *f)
{
    Diag *d = diag_add(c->diags, ODX201, n->place, T_LOOKS_AHEAD, arg_source(n->place));

    diag_label(d, T_ONCE_RESOLVED);
    diag_fact(d, T_FILLED_AFTERWARDS);
    diag_fact(d, T_LABELS_IN_RESOLVE);
    if (f->id == FIELD_WINNER) diag_help(d, T_KEEP_THE_OUTCOME);
    return BAD_REF;
}

/* `from` to the end of the path name the field.  `hour` and `day` need no market where there are several;
 * where one is written its ticks are their clock. */
static Ref read_market_field(Checker *c, const Node *n, uint32_t last, const FieldInfo *f,
                             uint8_t market, int account)
{
    bool is_clock = f->id == FIELD_HOUR || f->id == FIELD_DAY;
    uint8_t of = is_clock && last == 0 && c->markets.count != 1 ? MARKET_NONE : market;

    if (last + 1 < n->kid_count) return no_fields_here(c, n, last + 1);
    if (f->owner == OWNER_INSTR || f->owner == OWNER_HINSTR) {
        int32_t token = token_index(c, market, 2, (uint8_t)(account < 0 ? 0 : account),
                                    c->markets.items[market].name);

        if (token < 0) return no_token_room(c, n);
        return from_token(c, n, last, (uint32_t)token, account);
    }
    if (f->owner == OWNER_RESOLVE && c->where.event != EV_RESOLVE) return labels_are_late(c, n, f);
    return value_ref(make_field(c, f, of, 0, n->place));
}

static Ref slot_of_market(Checker *c, const Node *n, uint32_t at, uint8_t market)
{
    Owner o = {.name = path_head(c, n, at), .not_had = T_NOT_OF_SLOT, .has = slot_has};
    const FieldInfo *f;

    if (at + 1 >= n->kid_count) {
        diag_add(c->diags, ODX110, n->place, T_SLOT_OF_WHAT);
        return BAD_REF;
    }
    f = offers_of_market(MARKET_SLOT, n->kids[at + 1]->name, true);
    if (!f) return no_such_field(c, &o, n->kids[at + 1]);
    return read_market_field(c, n, at + 1, f, market, -1);
}

/* Words from `at` on are read from the market. */
static Ref from_market(Checker *c, const Node *n, uint32_t at, uint8_t market, int account)
{
    uint8_t kind = c->markets.items[market].kind;
    Owner o = {.not_had = T_NOT_OF_MARKET, .has = market_has, .kind = kind};
    const FieldInfo *f;
    Span word;

    c->markets.items[market].read = true;
    if (at >= n->kid_count) {
        if (account < 0) return (Ref){.kind = REF_MARKET, .index = market};
        if (offers_outcomes(kind)) return (Ref){.kind = REF_MARKET, .index = market};
        return make_token_ref(c, n, at - 1, market, 2, account);
    }
    word = n->kids[at]->name;
    if (offers_outcomes(kind) && outcome_of(word) >= 0) {
        if (!outcome_fits(word, kind)) return wrong_outcome(c, n->kids[at], kind);
        return make_token_ref(c, n, at, market, (uint8_t)outcome_of(word), account);
    }
    if (kind == MARKET_SLOT && span_eq_str(word, "slot")) return slot_of_market(c, n, at, market);
    f = offers_of_market(kind, word, false);
    if (f) return read_market_field(c, n, at, f, market, account);
    o.name = path_head(c, n, at - 1);
    return no_such_field(c, &o, n->kids[at]);
}

static Ref say_which_market(Checker *c, const Node *n, const uint8_t *fits, size_t count)
{
    Span text = source_text(diags_sources(c->diags), n->place);
    Diag *d = diag_add(c->diags, ODX114, n->place, T_SAY_MARKET, arg_text(text));
    Buf b;

    diag_label(d, T_WHICH_MARKET);
    for (size_t i = 0; i < count; i++) {
        buf_init(&b, c->arena, 1024);
        buf_fmt(&b, "%S.%S", c->markets.items[fits[i]].name, text);
        if (count > 1) {
            diag_help(d, T_WRITE_THIS, arg_text(buf_span(&b)));
            continue;
        }
        diag_fix(d, FIX_SAFE, T_WRITE_THIS, arg_text(buf_span(&b)));
        diag_edit(d, n->place, buf_span(&b));
    }
    return BAD_REF;
}

/* ---- first words without a declaration -------------------------------------------------------- */

typedef bool (*FitsMarket)(const Checker *c, uint8_t market, Span word);

static bool fits_outcome(const Checker *c, uint8_t market, Span word)
{
    return outcome_of(word) >= 0 && offers_outcomes(c->markets.items[market].kind) &&
           outcome_fits(word, c->markets.items[market].kind);
}

static bool fits_field(const Checker *c, uint8_t market, Span word)
{
    return offers_of_market(c->markets.items[market].kind, word, false) != NULL;
}

static bool fits_slot(const Checker *c, uint8_t market, Span word)
{
    return c->markets.items[market].kind == MARKET_SLOT && span_eq_str(word, "slot");
}

static size_t fitting(const Checker *c, Span word, FitsMarket fits, uint8_t ret[MAX_MARKETS])
{
    size_t count = 0;

    for (size_t i = 0; i < c->markets.count && i < MAX_MARKETS; i++)
        if (fits(c, (uint8_t)i, word)) ret[count++] = (uint8_t)i;
    return count;
}

/* An unprefixed word that some market explains; REF_LEADER as "nobody does". */
static Ref from_any_market(Checker *c, const Node *n, uint32_t at, int account)
{
    static const FitsMarket ways[] = {fits_outcome, fits_slot, fits_field};
    uint8_t found[MAX_MARKETS];

    for (size_t i = 0; i < 3; i++) {
        Span word = n->kids[at]->name;
        size_t count = fitting(c, word, ways[i], found);
        bool is_clock = span_eq_str(word, "hour") || span_eq_str(word, "day");

        if (count == 0) continue;
        if (c->markets.count > 1 && !is_clock && (account < 0 || count > 1))
            return say_which_market(c, n, found, count);
        return from_market(c, n, at, found[0], account);
    }
    return (Ref){.kind = REF_LEADER, .index = -1};
}

static Ref outside_event(Checker *c, const Node *n, const char *record, const char *handler)
{
    Diag *d = diag_add(c->diags, ODX113, n->place, T_OUTSIDE_EVENT, arg_str(record));

    diag_label(d, T_ONLY_IN, arg_str(handler));
    return BAD_REF;
}

static Ref from_record(Checker *c, const Node *n, FieldOwner owner)
{
    bool is_fill = owner == OWNER_FILL;
    Owner o = {.name = n->kids[0]->name,
               .not_had = is_fill ? T_NOT_OF_FILL : T_NOT_OF_TRADE,
               .has = is_fill ? fill_has : trade_has};
    const FieldInfo *f;
    Expr *e;

    if (c->where.event != (is_fill ? EV_FILL : EV_LEADER))
        return is_fill ? outside_event(c, n, "fill", "on fill")
                       : outside_event(c, n, "trade", "on LEADER.trade");
    if (n->kid_count < 2) {
        diag_add(c->diags, ODX110, n->place, T_RECORD_ALONE, arg_text(o.name));
        return BAD_REF;
    }
    f = offers_owned(owner, n->kids[1]->name);
    if (!f) return no_such_field(c, &o, n->kids[1]);
    e = make_field(c, f, MARKET_NONE, is_fill ? 0 : (uint16_t)c->where.index,
                   n->kid_count == 2 ? n->place : place_join(n->kids[0]->place, n->kids[1]->place));
    if (n->kid_count == 2) return value_ref(e);
    if (e->type.shape == SHAPE_TOKEN) return field_of_value(c, n, 2, e);
    return no_fields_here(c, n, 2);
}

static int day_of(Span word)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    for (int i = 0; i < 7; i++)
        if (span_eq_str(word, days[i])) return i;
    return -1;
}

static Ref unnamed_market(Checker *c, const Node *n)
{
    return make_token_ref(c, n, 0, MARKET_NONE, (uint8_t)outcome_of(n->kids[0]->name), -1);
}

static Ref from_builtin(Checker *c, const Node *n)
{
    Span word = n->kids[0]->name;
    const FieldInfo *f = offers_owned(OWNER_WALLET, word);
    bool is_clock = span_eq_str(word, "hour") || span_eq_str(word, "day");
    Ref r;

    if (span_eq_str(word, "fill")) return from_record(c, n, OWNER_FILL);
    if (span_eq_str(word, "trade")) return from_record(c, n, OWNER_TRADE);
    if (f && n->kid_count > 1) return no_fields_here(c, n, 1);
    if (f) return value_ref(make_field(c, f, MARKET_NONE, 0, n->place));
    r = from_any_market(c, n, 0, -1);
    if (r.kind != REF_LEADER) return r;
    if (outcome_of(word) >= 0 && c->markets.count == 0 && (c->where.in_test || c->leaders.count))
        return unnamed_market(c, n);
    if (is_clock && c->markets.count == 0)
        return read_market_field(c, n, 0, offers_owned(OWNER_TIME, word), MARKET_NONE, -1);
    if (span_eq_str(word, "closes_in") && c->markets.count == 0 && c->where.in_test)
        return read_market_field(c, n, 0, field_info(FIELD_CLOSES_IN), MARKET_NONE, -1);
    if (day_of(word) >= 0 && n->kid_count == 1)
        return value_ref(make_num(c, day_of(word), type_of(SHAPE_DAY), n->place));
    return r;
}

bool is_field_word(const Checker *c, Span word)
{
    uint8_t found[MAX_MARKETS];

    if (offers_owned(OWNER_WALLET, word) || day_of(word) >= 0) return true;
    return fitting(c, word, fits_field, found) > 0 || fitting(c, word, fits_slot, found) > 0;
}

/* ---- unknown names ---------------------------------------------------------------------------- */

static void try_scope(Checker *c, Near *near, const Scope *s)
{
    for (; s; s = s->outer)
        for (const Name *n = s->first; n; n = n->next)
            if (n->kind != NAME_DEF && c->near_count++ < MAX_NEAR) near_try(near, n->name);
}

static void try_fields(const Checker *c, Near *near)
{
    static const char *const words[] = {"up", "down", "yes", "no", "slot", "fill", "trade"};

    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        bool is_offered = f->owner == OWNER_WALLET;

        for (size_t m = 0; m < c->markets.count; m++)
            is_offered |= offers_of_market(c->markets.items[m].kind, field_name(f), false) == f;
        if (is_offered) near_try(near, field_name(f));
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        near_try(near, span_str(words[i]));
}

/* A field that other kinds of market have. */
static bool is_field_elsewhere(Span word)
{
    for (uint8_t kind = MARKET_SLOT; kind <= MARKET_PERP; kind++)
        if (offers_of_market(kind, word, false)) return true;
    return outcome_of(word) >= 0 || span_eq_str(word, "slot");
}

static Ref unknown_name(Checker *c, const Node *n)
{
    const Node *word = n->kids[0];
    Near near = near_start(word->name);
    Diag *d;

    if (outcome_of(word->name) >= 0 && c->markets.count == 1 &&
        offers_outcomes(c->markets.items[0].kind))
        return wrong_outcome(c, word, c->markets.items[0].kind);
    if (is_field_elsewhere(word->name)) {
        d = diag_add(c->diags, ODX110, word->place, T_NO_MARKET_HAS, arg_text(word->name));
        return BAD_REF;
    }
    d = diag_add(c->diags, ODX110, word->place, T_UNKNOWN_NAME, arg_text(word->name));
    diag_label(d, T_NOT_DEFINED);
    try_scope(c, &near, c->scope);
    try_fields(c, &near);
    near_help(c, d, &near, word->place);
    return BAD_REF;
}

/* ---- declared names --------------------------------------------------------------------------- */

static Ref from_account(Checker *c, const Node *n, uint32_t account)
{
    Owner o = {.name = n->kids[0]->name, .not_had = T_NOT_OF_ACCOUNT, .has = wallet_has};
    const Name *market;
    const FieldInfo *f;
    Ref r;

    if (n->kid_count == 1) return (Ref){.kind = REF_ACCOUNT, .index = (int32_t)account};
    f = offers_owned(OWNER_WALLET, n->kids[1]->name);
    if (f && n->kid_count == 2)
        return value_ref(make_field(c, f, MARKET_NONE, (uint16_t)(account + 1), n->place));
    market = scope_find(c->globals, n->kids[1]->name);
    if (market && market->kind == NAME_MARKET)
        return from_market(c, n, 2, (uint8_t)market->index, (int)account);
    r = from_any_market(c, n, 1, (int)account);
    return r.kind == REF_LEADER ? no_such_field(c, &o, n->kids[1]) : r;
}

static Expr *depends_on_itself(Checker *c, const Name *name, Place place)
{
    Diag *d = diag_add(c->diags, ODX208, place, T_DEPENDS_ON_ITSELF, arg_text(name->name));

    diag_label(d, T_ITS_OWN_VALUE);
    if (name->kind == NAME_LET) {
        diag_fix(d, FIX_SUGGESTED, T_USE_PREV, arg_text(name->name));
        diag_edit(d, place_at(place.file, place.begin, place.begin), SPAN("prev("));
        diag_edit(d, place_at(place.file, place.end, place.end), SPAN(")"));
    }
    return make_bad(c, place);
}

static Expr *name_value(Checker *c, Name *name, Place place)
{
    Expr *e;

    switch ((NameKind)name->kind) {
    case NAME_VALUE:
        return name->value;
    case NAME_FEED:
        c->feeds.items[name->index].read = true;
        return make_input(c, FIELD_FEED_VALUE, MARKET_NONE, (uint16_t)name->index,
                          type_unit(UNIT_NUMBER), place);
    case NAME_PARAM:
        param_ready(c, name);
        c->params.items[name->index].used = true;
        e = make_expr(c, EX_PARAM, c->params.items[name->index].type, place, NULL, 0);
        break;
    case NAME_STATE:
        c->states.items[name->index].used = true;
        if (!let_value(c, name)) return depends_on_itself(c, name, place);
        e = make_expr(c, EX_STATE, c->states.items[name->index].type, place, NULL, 0);
        break;
    default:
        return make_bad(c, place);
    }
    e->index = name->index;
    return e;
}

static Expr *let_use(Checker *c, Name *name, Place place)
{
    Expr *value = let_value(c, name), *e;

    if (!value) return depends_on_itself(c, name, place);
    e = MAKE(c, EX_LET, value->type, place, value);
    if (expr_is_bad(e)) return e;
    e->index = name->index;
    c->lets.items[name->index].used = true;
    e->flags |= value->flags & (EXF_DOLLAR | EXF_QUOTIENT);
    return e;
}

static Ref from_name(Checker *c, const Node *n, Name *name)
{
    Place place = n->kids[0]->place;
    Expr *e;

    name->is_used = true;
    if (name->kind == NAME_MARKET) return from_market(c, n, 1, (uint8_t)name->index, -1);
    if (name->kind == NAME_ACCOUNT) return from_account(c, n, name->index);
    if (name->kind == NAME_LEADER) return (Ref){.kind = REF_LEADER, .index = (int32_t)name->index};
    if (name->kind == NAME_DEF) {
        diag_add(c->diags, ODX106, place, T_CALL_IT, arg_text(name->name));
        return BAD_REF;
    }
    if (n->kid_count == 1) place = n->place;
    e = name->kind == NAME_LET ? let_use(c, name, place) : name_value(c, name, place);
    if (expr_is_bad(e)) return BAD_REF;
    if (n->kid_count == 1) return value_ref(e);
    if (e->type.shape == SHAPE_TOKEN) return field_of_value(c, n, 1, e);
    return no_fields_here(c, n, 1);
}

Ref resolve_path(Checker *c, const Node *path)
{
    Name *name;
    Ref r;

    if (!node_is(path, NODE_PATH) || path->kid_count == 0) return BAD_REF;
    name = scope_find(c->scope, path->kids[0]->name);
    if (name) return from_name(c, path, name);
    r = from_builtin(c, path);
    if (r.kind != REF_LEADER) return r;
    return unknown_name(c, path);
}

/* ---- what callers ask for --------------------------------------------------------------------- */

static int32_t instrument(Checker *c, int32_t market)
{
    return token_index(c, (uint8_t)market, 2, 0, c->markets.items[market].name);
}

Expr *check_path(Checker *c, const Node *path)
{
    Ref r = resolve_path(c, path);

    if (r.kind == REF_BAD) return make_bad(c, path->place);
    if (r.kind == REF_VALUE) return r.value;
    if (r.kind == REF_MARKET && !offers_outcomes(c->markets.items[r.index].kind)) {
        r.index = instrument(c, r.index);
        r.kind = REF_TOKEN;
    }
    if (r.kind == REF_TOKEN && r.index >= 0) return make_token(c, (uint32_t)r.index, path->place);
    diag_add(c->diags, ODX101, path->place, T_NOT_A_VALUE, arg_source(path->place));
    return make_bad(c, path->place);
}

static bool not_tradable(Checker *c, const Node *path, const Ref *r)
{
    Diag *d = diag_add(c->diags, ODX112, path->place, T_NOT_TRADABLE, arg_source(path->place));

    diag_label(d, T_CANNOT_TRADE);
    if (r->kind == REF_MARKET) {
        bool is_slot = c->markets.items[r->index].kind == MARKET_SLOT;

        diag_help(d, T_TRADE_A_SIDE, arg_source(path->place), arg_str(is_slot ? "up" : "yes"),
                  arg_str(is_slot ? "down" : "no"));
    }
    return false;
}

bool resolve_token(Checker *c, const Node *path, int32_t *ret_token, Expr **ret_expr)
{
    Ref r = resolve_path(c, path);

    *ret_token = -1;
    *ret_expr = NULL;
    if (r.kind == REF_BAD) return false;
    if (r.kind == REF_MARKET && !offers_outcomes(c->markets.items[r.index].kind)) {
        r.index = instrument(c, r.index);
        r.kind = REF_TOKEN;
    }
    if (r.kind == REF_VALUE && r.value->type.shape == SHAPE_TOKEN) {
        const Expr *e = expr_strip(r.value);

        if (e->op == EX_TOKEN)
            *ret_token = (int32_t)e->index;
        else
            *ret_expr = r.value;
        return true;
    }
    if (r.kind != REF_TOKEN || r.index < 0) return not_tradable(c, path, &r);
    *ret_token = r.index;
    return true;
}

/* The path begins with an account. */
static bool names_account(const Checker *c, const Node *path)
{
    const Name *n = scope_find(c->scope, path->kids[0]->name);

    return n && (n->kind == NAME_ACCOUNT || n->kind == NAME_VALUE || n->kind == NAME_LET);
}

bool resolve_traded(Checker *c, const Node *path, int32_t *ret_token, Expr **ret_expr)
{
    if (!resolve_token(c, path, ret_token, ret_expr)) return false;
    if (*ret_token < 0 || c->accounts.count == 0) return true;
    if (!names_account(c, path)) {
        (void)say_which_account(c, path->place, path_head(c, path, path->kid_count - 1));
        return false;
    }
    c->tokens.items[*ret_token].spelled = path_head(c, path, path->kid_count - 1);
    return true;
}

bool resolve_market(Checker *c, const Node *path, int32_t *ret_market, Expr **ret_expr)
{
    Ref r = resolve_path(c, path);

    *ret_market = -1;
    *ret_expr = NULL;
    if (r.kind == REF_BAD) return false;
    if (r.kind == REF_VALUE && r.value->type.shape == SHAPE_MARKET) {
        *ret_expr = r.value;
        return true;
    }
    if (r.kind != REF_MARKET) {
        diag_add(c->diags, ODX112, path->place, T_NOT_A_MARKET, arg_source(path->place));
        return false;
    }
    *ret_market = r.index;
    return true;
}

int32_t only_slot_market(Checker *c, Place place, TextId what)
{
    int32_t found = -1;
    size_t count = 0;

    for (size_t i = 0; i < c->markets.count; i++) {
        if (c->markets.items[i].kind != MARKET_SLOT) continue;
        if (found < 0) found = (int32_t)i;
        count++;
    }
    if (count == 1) return found;
    if (count > 1)
        diag_add(c->diags, ODX114, place, T_WHOSE_SLOT, arg_str(diag_text(what)));
    else
        diag_add(c->diags, ODX110, place, T_NO_SLOTS, arg_str(diag_text(what)));
    return -1;
}
