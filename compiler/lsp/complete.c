/* complete.c — what fits here: the row of wants.def for the words before, and the items of its kind.
 *
 * In: an offset in a text that may be half typed.  Out: items, the best first.  Promise: prices are
 * offered where a price is compared, sizes behind `buy`, and limits only while they are missing. */
#include "compiler/lsp/complete_private.h"

#include "compiler/source/parse.h"
#include "compiler/views/document.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"
#include "vm/base/sort.h"
#include "vm/intents.h"

typedef enum WantKind {
    WANT_NONE,
    WANT_DURATION,
    WANT_MODULE,
    WANT_LEFT,
    WANT_PER,
    WANT_LIFE,
    WANT_PERCENT,
    WANT_SIZE,
    WANT_SIZE_HELD,
    WANT_USD,
    WANT_COUNT,
    WANT_MAXIMUM,
    WANT_HOLD,
    WANT_CONDITION,
    WANT_SHARES,
    WANT_SHARE,
    WANT_SHARE_OR_ALL,
    WANT_STATE,
    WANT_ORDER_PRICE,
    WANT_PRICE,
    WANT_EVENT,
    WANT_FACT,
    WANT_OUTCOME,
    WANT_REASON,
    WANT_BECAUSE,
    WANT_VALUE,
    WANT_OF,
    WANT_INPUT
} WantKind;

enum {
    WFRAME_ANY = -1,
    WFRAME_FILE = FRAME_FILE,
    WFRAME_RULE = FRAME_RULE,
    WFRAME_RISK = FRAME_RISK,
    WFRAME_TEST = FRAME_TEST,
    WFRAME_QUOTE = FRAME_QUOTE
};

static const struct {
    const char *before2, *before;
    int frame;
    WantKind kind;
} wants[] = {
#define WANT(before2, before, frame, kind) {before2, before, WFRAME_##frame, WANT_##kind},
#include "compiler/lsp/wants.def"
#undef WANT
};

/* ---- plain lists ------------------------------------------------------------------------------ */

typedef enum PhraseGroup {
    PHRASE_ITEMS,
    PHRASE_ACTIONS,
    PHRASE_ROWS,
    PHRASE_SIDES,
    PHRASE_EVENTS,
    PHRASE_OPERATORS,
    PHRASE_CONDITION_WORDS,
    PHRASE_OUTCOMES,
    PHRASE_BECAUSES,
    PHRASE_MAXIMUMS,
    PHRASE_HOLDS,
    PHRASE_PERS,
    PHRASE_LIVES,
    PHRASE_AT_PRICES,
    PHRASE_MODIFIERS,
    PHRASE_MODULES,
    PHRASE_HEADER,
} PhraseGroup;

static const struct {
    PhraseGroup group;
    const char *label, *insert, *detail;
} phrases[] = {
#define PHRASE(group, label, insert, detail) {PHRASE_##group, label, insert, detail},
#include "compiler/lsp/phrases.def"
#undef PHRASE
};

static void add_phrases(Context *c, PhraseGroup group, uint8_t rank)
{
    for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
        bool is_snippet = phrases[i].insert[0] != 0;

        if (phrases[i].group != group) continue;
        item_add(c, (AskItem){.kind = is_snippet ? ASK_ITEM_SNIPPET : ASK_ITEM_KEYWORD,
                              .rank = rank,
                              .is_snippet = is_snippet,
                              .label = span_str(phrases[i].label),
                              .detail = span_str(phrases[i].detail),
                              .insert = span_str(phrases[i].insert)});
    }
}

/* The limits, each with the value it starts with. */
static const struct {
    LimitOp op;
    const char *value;
} limits[] = {
    {AST_LIMIT_STOP_LOSS, "${1:30%}"},
    {AST_LIMIT_TAKE_PROFIT, "${1:80%}"},
    {AST_LIMIT_TRAILING_STOP, "${1:20%}"},
    {AST_LIMIT_TIME_STOP, "${1:5m}"},
    {AST_LIMIT_MAX_POSITION, "${1:\\$200}"},
    {AST_LIMIT_MAX_EXPOSURE, "${1:\\$500}"},
    {AST_LIMIT_MAX_TRADES, "${1:1} per ${2:slot}"},
    {AST_LIMIT_MAX_LOSS, "${1:\\$100} per ${2:day}"},
    {AST_LIMIT_MAX_DRAWDOWN, "${1:20%}"},
    {AST_LIMIT_MAX_OPEN, "${1:1}"},
    {AST_LIMIT_MAX_LEVERAGE, "${1:2}"},
    {AST_LIMIT_NO_ENTRY_WHEN, "${1:condition}"},
    {AST_LIMIT_EXIT_WHEN, "${1:condition}"},
    {AST_LIMIT_COOLDOWN, "${1:1m}"},
    {AST_LIMIT_HOLD_TO_RESOLUTION, ""},
    {AST_LIMIT_HOLD_FOREVER, ""},
};

/* ---- lists that depend on the file ------------------------------------------------------------ */

/* Is the limit written anywhere in the file? Its words stand side by side. */
static bool has_limit(const Context *c, LimitOp op)
{
    Span words = span_str(limit_op_words(op)), first = {NULL, 0}, second = {NULL, 0};
    const Ask *a = c->ask;

    (void)span_cut(&words, ' ', &first);
    (void)span_cut(&words, ' ', &second);
    for (size_t i = 0; i < a->words.count; i++) {
        if (!span_is(word_text(a, a->words.items[i]), first)) continue;
        if (!second.len) return true;
        if (i + 1 < a->words.count && span_is(word_text(a, a->words.items[i + 1]), second))
            return true;
    }
    return false;
}

static void add_limits(Context *c)
{
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        const char *words = limit_op_words(limits[i].op);
        Buf insert;

        if (has_limit(c, limits[i].op)) continue;
        buf_init(&insert, c->ask->arena, 256);
        buf_fmt(&insert, limits[i].value[0] ? "%s %s" : "%s", words, limits[i].value);
        item_add(c, (AskItem){.kind = ASK_ITEM_SNIPPET,
                              .is_snippet = true,
                              .label = span_str(words),
                              .detail = SPAN("limit"),
                              .insert = buf_span(&insert)});
    }
}

static void add_reasons(Context *c)
{
    static const char *const own[] = {
#define REASON(id, name, sentence) #name,
#include "vm/reasons.def"
#undef REASON
    };

    symbols_add(c, SYM_REASON, ASK_ITEM_REASON, 0);
    if (context_block(c)->kind != FRAME_TEST) return;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        item_add(c, (AskItem){.kind = ASK_ITEM_REASON, .rank = 1, .label = span_str(own[i])});
}

static void add_typed(Context *c, Type want)
{
    literals_add(c, want, 0);
    values_add(c, &want);
}

static void add_sizes(Context *c, bool is_sell)
{
    Type usd = type_unit(UNIT_USD);
    size_t from;

    if (is_sell)
        item_add(c, (AskItem){.kind = ASK_ITEM_KEYWORD,
                              .label = SPAN("all"),
                              .detail = SPAN("all that is held")});
    literals_add(c, usd, 0);
    literals_add(c, type_unit(UNIT_SHARES), 0);
    item_add(c, (AskItem){.kind = ASK_ITEM_LITERAL,
                          .is_snippet = true,
                          .label = SPAN("(5% of equity)"),
                          .detail = SPAN("usd"),
                          .insert = SPAN("(${1:5%} of equity)")});
    from = c->items.count;
    values_add(c, &usd);
    for (size_t i = from; i < c->items.count; i++)
        if (span_eq_str(c->items.items[i].detail, "shares")) c->items.items[i].rank = 4;
}

static void add_events(Context *c)
{
    add_phrases(c, PHRASE_EVENTS, 0);
    symbols_add(c, SYM_LEADER, ASK_ITEM_EVENT, 1);
    symbols_add(c, SYM_FEED, ASK_ITEM_EVENT, 1);
}

static void add_condition(Context *c)
{
    Type yes_no = type_of(SHAPE_BOOL);

    values_add(c, &yes_no);
    for (size_t i = 0; i < c->items.count; i++) /* a field begins a comparison */
        if (c->items.items[i].kind == ASK_ITEM_FIELD) c->items.items[i].rank = 3;
    add_phrases(c, PHRASE_CONDITION_WORDS, 4);
}

/* ---- inputs of functions ---------------------------------------------------------------------- */

static void add_input_of(Context *c, char code)
{
    const Frame *f = context_frame(c);
    Type t;

    switch (code) {
    case 'n':
        add_typed(c, type_unit(UNIT_NUMBER));
        break;
    case 'd':
        add_typed(c, type_unit(UNIT_NUMBER));
        break;
    case 'c':
        add_condition(c);
        break;
    case 't':
        shares_add(c, 0);
        break;
    case 's':
        add_sizes(c, false);
        break;
    case 'p':
        add_typed(c, type_unit(UNIT_PRICE));
        break;
    case 'b':
        t = type_of(SHAPE_SIDE);
        values_add(c, &t);
        break;
    case 'X':
        if (operand_type(c, f->open + 1, c->count - 1, &t)) {
            add_typed(c, t);
            break;
        }
        values_add(c, NULL);
        break;
    default:
        values_add(c, NULL);
    }
}

static void add_input(Context *c)
{
    const Frame *f = context_frame(c);
    Span name = f->open > 0 && f->kind == FRAME_ROUND ? word_text(c->ask, c->words[f->open - 1])
                                                      : (Span){NULL, 0};
    const Function *fn = function_find(name);
    const Symbol *def = names_global(ask_names(c->ask), name);
    uint32_t at = KID_DEF_FORMALS + f->arg;

    if (fn) {
        add_input_of(c, function_input(fn, f->arg));
    } else if (def && def->kind == SYM_DEF && at < def->node->kid_count &&
               def->node->kids[at]->op) {
        Type t = type_of_word((TypeWord)def->node->kids[at]->op);

        if (t.shape == SHAPE_TOKEN)
            shares_add(c, 0);
        else
            add_typed(c, t);
    } else {
        values_add(c, NULL);
    }
}

/* ---- dispatch --------------------------------------------------------------------------------- */

static bool is_order(const Context *c)
{
    Span head = context_head(c);

    return span_eq_str(head, "buy") || span_eq_str(head, "sell") || span_eq_str(head, "split") ||
           span_eq_str(head, "merge") || context_block(c)->kind == FRAME_TEST;
}

static void add_left(Context *c)
{
    Type t;

    if (operand_left(c, &t))
        add_typed(c, t);
    else
        values_add(c, NULL);
}

/* Kinds that are a unit, and kinds that are a list of words. */
static const struct {
    WantKind kind;
    UnitName unit;
} want_units[] = {
    {WANT_DURATION, UNIT_DURATION}, {WANT_USD, UNIT_USD},     {WANT_SHARES, UNIT_SHARES},
    {WANT_COUNT, UNIT_NUMBER},      {WANT_PRICE, UNIT_PRICE}, {WANT_ORDER_PRICE, UNIT_PRICE},
};
static const struct {
    WantKind kind;
    PhraseGroup group;
} want_words[] = {
    {WANT_MODULE, PHRASE_MODULES},
    {WANT_PER, PHRASE_PERS},
    {WANT_LIFE, PHRASE_LIVES},
    {WANT_HOLD, PHRASE_HOLDS},
    {WANT_MAXIMUM, PHRASE_MAXIMUMS},
    {WANT_BECAUSE, PHRASE_BECAUSES},
    {WANT_ORDER_PRICE, PHRASE_AT_PRICES},
    {WANT_OUTCOME, PHRASE_OUTCOMES},
};

static void add_plain_want(Context *c, WantKind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(want_words); i++)
        if (want_words[i].kind == kind) add_phrases(c, want_words[i].group, 0);
    for (size_t i = 0; i < ARRAY_LEN(want_units); i++)
        if (want_units[i].kind == kind) add_typed(c, type_unit(want_units[i].unit));
}

static void add_cancellable(Context *c)
{
    item_add(c, (AskItem){.kind = ASK_ITEM_KEYWORD, .label = SPAN("all")});
    shares_add(c, 1);
}

static void add_facts(Context *c)
{
    facts_add(c);
    symbols_add(c, SYM_PARAM, ASK_ITEM_PARAM, 2);
    symbols_add(c, SYM_STATE, ASK_ITEM_STATE, 2);
}

static void add_want(Context *c, WantKind kind)
{
    add_plain_want(c, kind);
    switch (kind) {
    case WANT_LEFT:
        add_left(c);
        break;
    case WANT_PERCENT:
        add_typed(c, type_percent());
        break;
    case WANT_SIZE:
    case WANT_SIZE_HELD:
        add_sizes(c, kind == WANT_SIZE_HELD);
        break;
    case WANT_CONDITION:
    case WANT_OUTCOME:
        add_condition(c);
        break;
    case WANT_SHARE_OR_ALL:
        add_cancellable(c);
        break;
    case WANT_SHARE:
        shares_add(c, 0);
        break;
    case WANT_STATE:
        symbols_add(c, SYM_STATE, ASK_ITEM_STATE, 0);
        break;
    case WANT_EVENT:
        add_events(c);
        break;
    case WANT_FACT:
        add_facts(c);
        break;
    case WANT_REASON:
        add_reasons(c);
        break;
    case WANT_VALUE:
        values_add(c, NULL);
        break;
    case WANT_OF:
        if (is_order(c) && context_frame(c)->kind != FRAME_ROUND)
            shares_add(c, 0);
        else
            values_add(c, NULL);
        break;
    case WANT_INPUT:
        add_input(c);
        break;
    default:
        break;
    }
}

static WantKind find_want(const Context *c)
{
    Span before = context_word(c, 0), before2 = context_word(c, 1);
    int frame = (int)context_block(c)->kind;

    if (span_eq_str(before2, ".")) return WANT_NONE;
    if (operand_is_between(c)) return WANT_LEFT;
    for (size_t i = 0; i < ARRAY_LEN(wants); i++) {
        if (!span_eq_str(before, wants[i].before)) continue;
        if (wants[i].before2[0] && !span_eq_str(before2, wants[i].before2)) continue;
        if (wants[i].frame == WFRAME_ANY || wants[i].frame == frame) return wants[i].kind;
    }
    return WANT_NONE;
}

static void add_venues(Context *c)
{
    static const char *const venues[] = {
#define VENUE(name, kind) name,
#include "compiler/sema/markets.def"
#undef VENUE
    };

    for (size_t i = 0; i < ARRAY_LEN(venues); i++)
        item_add(c, (AskItem){.kind = ASK_ITEM_KEYWORD,
                              .label = span_str(venues[i]),
                              .detail = SPAN("venue")});
}

/* Behind `=`: of a let, a param, a state that is set, a fact. */
static void add_behind_equals(Context *c)
{
    Span head = context_head(c);
    const Symbol *s = names_global(ask_names(c->ask), context_word(c, 1));
    const State *state = s && s->kind == SYM_STATE ? ask_state(c->ask, s->node) : NULL;
    Type t;

    if (span_eq_str(head, "market") || span_eq_str(head, "leader") ||
        span_eq_str(head, "account")) {
        add_venues(c);
    } else if (span_eq_str(head, "set") && state) {
        add_typed(c, state->type);
    } else if (context_block(c)->kind == FRAME_TEST && operand_left(c, &t)) {
        add_typed(c, t);
    } else {
        values_add(c, NULL);
        add_phrases(c, PHRASE_CONDITION_WORDS, 5);
    }
}

/* A new statement may begin here. */
static void add_starts(Context *c, uint8_t rank)
{
    switch (context_block(c)->kind) {
    case FRAME_FILE:
        add_phrases(c, PHRASE_ITEMS, rank);
        break;
    case FRAME_RULE:
        add_phrases(c, PHRASE_ACTIONS, rank);
        break;
    case FRAME_RISK:
        add_limits(c);
        break;
    case FRAME_TEST:
        add_phrases(c, PHRASE_ROWS, rank);
        break;
    case FRAME_QUOTE:
        add_phrases(c, PHRASE_SIDES, rank);
        break;
    case FRAME_LAYOUT:
    case FRAME_ROUND:
        break;
    }
}

static void add_header(Context *c)
{

    add_phrases(c, PHRASE_HEADER, 0);
}

/* Is the word that is being typed the first of its line? */
static bool is_first_on_line(const Context *c)
{
    const char *text = c->ask->text.ptr;
    uint32_t at = c->typed.begin;

    while (at > 0 && span_is_space(text[at - 1]) && text[at - 1] != '\n')
        at--;
    return at == 0 || text[at - 1] == '\n';
}

/* Behind a whole value: what joins it to another, or the next statement. */
static void add_continuation(Context *c)
{
    static const char *const without[] = {"market",   "leader", "account", "use",
                                          "strategy", "module", "feed"};
    Span head = context_head(c);
    bool has_value = true;

    for (size_t i = 0; i < ARRAY_LEN(without); i++)
        has_value &= !span_eq_str(head, without[i]);
    if (span_eq_str(head, "buy") || span_eq_str(head, "sell")) add_phrases(c, PHRASE_MODIFIERS, 0);
    if (context_frame(c)->kind != FRAME_ROUND) add_starts(c, is_first_on_line(c) ? 1 : 3);
    if (has_value) add_phrases(c, PHRASE_OPERATORS, 2);
}

static void fill(Context *c)
{
    WantKind want = find_want(c);

    if (c->count == 0) {
        add_header(c);
    } else if (span_eq_str(context_word(c, 0), ".")) {
        members_add(c);
    } else if (span_eq_str(context_word(c, 0), "=")) {
        add_behind_equals(c);
    } else if (want != WANT_NONE) {
        add_want(c, want);
    } else if (span_eq_str(context_word(c, 0), ",")) {
        if (context_frame(c)->kind == FRAME_ROUND)
            add_input(c);
        else
            add_want(c, WANT_FACT);
    } else if (context_has_value(c) && context_block(c)->head != NO_WORD) {
        add_continuation(c);
    } else {
        add_starts(c, 0);
    }
}

static int by_rank(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return (int)((const AskItem *)a)->rank - (int)((const AskItem *)b)->rank;
}

AskItems ask_complete(Ask *a, uint32_t offset)
{
    Context *c = arena_new(a->arena, Context);

    if (offset > a->text.len) offset = (uint32_t)a->text.len;
    if (arena_is_full(a->arena) || document_is_json(a->name, a->text))
        return (AskItems){.at = place_at(0, offset, offset)};
    context_find(c, a, offset);
    c->items.at = c->typed;
    if (!c->is_off) fill(c);
    (void)sort_stable(c->items.items, c->items.count, sizeof *c->items.items, by_rank, NULL,
                      a->arena);
    return c->items;
}
