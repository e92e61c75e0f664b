/* report.c — says what the grammar did not expect, in the trader's words.
 *
 * The unexpected word and the set of words that could have stood there come in; one finding goes
 * out, with the likeliest slip named and, where one reading fits, fixed. */
#include "compiler/source/grammar.h"
#include "compiler/source/grammar_support.h"
#include "vm/base/bug.h"

#define MOST_NAMED 3 /* things listed after "expected" */

typedef struct Expected {
    const int *tokens;
    size_t count;
} Expected;

static bool expects(Expected e, int token)
{
    for (size_t i = 0; i < e.count; i++)
        if (e.tokens[i] == token) return true;
    return false;
}

/* ---- what was expected ------------------------------------------------------------------------ */

typedef struct Listed {
    DiagArg items[MOST_NAMED];
    size_t count, all;
} Listed;

static void list_text(Listed *l, TextId id)
{
    if (l->all++ < MOST_NAMED) l->items[l->count++] = arg_str(diag_text(id));
}

static void list_word(Parser *ps, Listed *l, const char *spelling)
{
    Span s;
    char *p;

    if (l->all++ >= MOST_NAMED) return;
    s = span_str(spelling);
    p = arena_alloc(ps->arena, s.len + 2);
    p[0] = '`';
    memcpy(p + 1, s.ptr, s.len);
    p[s.len + 1] = '`';
    l->items[l->count++] = arg_text(span_of(p, s.len + 2));
}

/* Groups of words that are said with one phrase: told by one member, which stands for the others. */
static const struct {
    int sign;
    TextId says;
} groups[] = {
    {TOK_NUMBER, T_A_VALUE},   {TOK_NAME, T_A_NAME},      {TOK_STRING, T_A_TEXT},
    {TOK_REASON, T_A_REASON},  {TOK_SHOW, T_AN_ITEM},     {TOK_TOGETHER, T_AN_ACTION},
    {TOK_COOLDOWN, T_A_LIMIT}, {TOK_EXPECT, T_AN_EXPECT}, {TOK_REFRESH, T_A_SIDE},
    {TOK_PLUS, T_NONE},
};

/* Words that belong to a group of which another member has spoken. */
static bool is_spoken_for(Expected e, int token)
{
    unsigned flags = words_flags(token);
    bool has_value = expects(e, TOK_NUMBER), has_name = expects(e, TOK_NAME);

    if (expects(e, TOK_SHOW) && ((flags & WORD_ITEM) || token == TOK_YYEOF)) return true;
    if (expects(e, TOK_TOGETHER) && (flags & WORD_ACTION)) return true;
    if (!words_spelling(token)) return true;
    if ((has_value || has_name) && !(flags & WORD_RESERVED) && token >= TOK_ASK &&
        token <= TOK_WEEK)
        return true;
    switch (token) {
    case TOK_LPAREN:
    case TOK_MINUS:
    case TOK_NOT:
    case TOK_IF:
    case TOK_TRUE:
    case TOK_FALSE:
    case TOK_ALL:
    case TOK_ANY:
    case TOK_BUY:
    case TOK_SELL:
        return has_value || expects(e, TOK_PLUS);
    case TOK_STOP:
    case TOK_TAKE:
    case TOK_TRAILING:
    case TOK_TIME:
    case TOK_MAX:
    case TOK_NO:
    case TOK_EXIT:
    case TOK_HOLD:
        return expects(e, TOK_COOLDOWN);
    case TOK_BID:
    case TOK_ASK:
        return expects(e, TOK_REFRESH);
    case TOK_GIVEN:
    case TOK_AFTER:
        return expects(e, TOK_EXPECT);
    case TOK_DOT:
    case TOK_SHARES:
    case TOK_COINS:
        return true;
    default:
        return false;
    }
}

/* What can only go on with a value that is already complete; not worth naming. */
static bool is_continuation(int token)
{
    switch (token) {
    case TOK_PLUS:
    case TOK_MINUS:
    case TOK_TIMES:
    case TOK_DIVIDE:
    case TOK_LESS:
    case TOK_LESS_EQ:
    case TOK_GREATER:
    case TOK_GREATER_EQ:
    case TOK_IS:
    case TOK_IN:
    case TOK_NOT:
    case TOK_AND:
    case TOK_OR:
    case TOK_BETWEEN:
    case TOK_CROSSES:
    case TOK_OTHERWISE:
    case TOK_EVERY:
    case TOK_ACROSS:
    case TOK_FOR:
    case TOK_LPAREN:
        return true;
    default:
        return false;
    }
}

static Listed list_expected(Parser *ps, Expected e)
{
    Listed l = {0};
    bool is_complete = expects(e, TOK_PLUS) && !expects(e, TOK_NUMBER);

    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        if (groups[i].says != T_NONE && expects(e, groups[i].sign) &&
            !(groups[i].sign == TOK_NAME && expects(e, TOK_NUMBER)))
            list_text(&l, groups[i].says);
    for (size_t i = 0; i < e.count; i++) {
        int token = e.tokens[i];

        if (is_spoken_for(e, token) || (is_complete && is_continuation(token))) continue;
        if (is_complete && token == TOK_OF) continue;
        list_word(ps, &l, words_spelling(token));
    }
    if (is_complete && expects(e, TOK_OF) && l.all == 0) list_word(ps, &l, "of");
    return l;
}

static void label_expected(Parser *ps, Diag *d, Expected e)
{
    Listed l = list_expected(ps, e);

    if (l.all > MOST_NAMED || l.count == 0) return;
    if (l.count == 1)
        diag_label(d, T_EXPECTED_ONE, l.items[0]);
    else if (l.count == 2)
        diag_label(d, T_EXPECTED_TWO, l.items[0], l.items[1]);
    else
        diag_label(d, T_EXPECTED_THREE, l.items[0], l.items[1], l.items[2]);
}

/* ---- likely slips ----------------------------------------------------------------------------- */

static void report_end(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    Place at = ps->before.kind ? ps->before.place : t->place;
    Diag *d = diag_add(ps->diags, ODX001, at, T_FILE_ENDS);

    label_expected(ps, d, e);
    for (uint32_t i = ps->depth; i > 0; i--)
        if (ps->open[i].kind == TOK_LBRACE) {
            diag_mark(d, ps->open[i].place, T_OPENED_HERE);
            return;
        }
}

/* A rule begins where a block should have ended. */
static bool report_open_block(Parser *ps)
{
    const Token *t = &ps->last;
    Diag *d;

    if (ps->braces_before == 0 || !t->is_first_on_line) return false;
    if (!(words_flags(t->kind) & WORD_ITEM) || t->kind == TOK_LET) return false;
    for (uint32_t i = ps->depth; i > 0; i--) {
        if (ps->open[i].kind != TOK_LBRACE) continue;
        d = diag_add(ps->diags, ODX001, t->place, T_BRACE_MISSING, arg_source(t->place));
        diag_mark(d, ps->open[i].place, T_OPENED_HERE);
        return true;
    }
    return false;
}

static bool report_reserved_name(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    bool is_word = (words_flags(t->kind) & WORD_RESERVED) && !t->is_first_on_line;
    Diag *d;

    if (!is_word || !expects(e, TOK_NAME) || expects(e, TOK_NUMBER)) return false;
    d = diag_add(ps->diags, ODX002, t->place, T_RESERVED_NAME, arg_source(t->place));
    diag_label(d, T_RESERVED_LABEL);
    diag_fix(d, FIX_SAFE, T_RESERVED_FIX, arg_source(t->place));
    diag_edit(d, parser_place(ps, t->place.end, t->place.end), SPAN("_"));
    return true;
}

/* `when up.ask = 5c` */
static bool report_equals(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    Diag *d;

    if (t->kind != TOK_EQUALS || !expects(e, TOK_IS)) return false;
    d = diag_add(ps->diags, ODX001, t->place, T_EQUALS);
    diag_fix(d, FIX_SUGGESTED, T_WRITE_IT, arg_str("is"));
    diag_edit(d, t->place, SPAN("is"));
    return true;
}

/* `a < b < c` */
static bool report_second_comparison(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    bool is_comparison = t->kind == TOK_LESS || t->kind == TOK_LESS_EQ || t->kind == TOK_GREATER ||
                         t->kind == TOK_GREATER_EQ || t->kind == TOK_IS;
    Diag *d;

    if (!is_comparison || !expects(e, TOK_AND) || expects(e, TOK_NUMBER)) return false;
    d = diag_add(ps->diags, ODX001, t->place, T_SECOND_COMPARISON, arg_source(t->place));
    diag_help(d, T_SECOND_COMPARISON_HELP);
    return true;
}

static bool report_if_statement(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    Diag *d;

    if (t->kind != TOK_IF || !expects(e, TOK_TOGETHER)) return false;
    d = diag_add(ps->diags, ODX001, t->place, T_IF_STATEMENT);
    diag_help(d, T_IF_STATEMENT_HELP);
    return true;
}

static bool report_misspelt(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    unsigned wanted = expects(e, TOK_SHOW) ? WORD_ITEM : expects(e, TOK_TOGETHER) ? WORD_ACTION : 0;
    const char *near = t->kind == TOK_NAME ? words_nearest(t->span, wanted) : NULL;
    Diag *d;

    if (!near) return false;
    d = diag_add(ps->diags, ODX001, t->place, T_NOT_EXPECTED, arg_source(t->place));
    label_expected(ps, d, e);
    diag_fix(d, FIX_SAFE, T_DID_YOU_MEAN, arg_str(near));
    diag_edit(d, t->place, span_str(near));
    return true;
}

static void report_plain(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    Diag *d = diag_add(ps->diags, ODX001, t->place, T_NOT_EXPECTED, arg_source(t->place));

    label_expected(ps, d, e);
    if (t->kind == TOK_RBRACE && ps->braces_before == 0) diag_fact(d, T_CLOSES_NOTHING);
    if (ps->depth > 0 && ps->open[ps->depth].kind == TOK_LPAREN && expects(e, TOK_RPAREN))
        diag_mark(d, ps->open[ps->depth].place, T_OPENED_HERE);
}

void parser_report(Parser *ps, const int *tokens, size_t count)
{
    Expected e = {tokens, count};

    if (ps->is_stopped) return; /* what stopped it has been said */
    parser_mistake(ps);
    if (ps->last.kind == TOK_YYEOF)
        report_end(ps, e);
    else if (!report_open_block(ps) && !report_reserved_name(ps, e) && !report_equals(ps, e) &&
             !report_second_comparison(ps, e) && !report_if_statement(ps, e) &&
             !report_misspelt(ps, e))
        report_plain(ps, e);
}

void parser_report_memory(Parser *ps)
{
    if (arena_is_full(ps->arena)) return; /* the compilation says that */
    diag_add(ps->diags, ODX702, ps->last.place, T_TOO_NESTED, arg_int(PARSE_MAX_NESTING));
}
