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

/* Groups of words that are said with one phrase, told by one member. Where a statement may begin,
 * nothing else is worth naming but the end of the block. */
static const struct {
    int sign;
    TextId says;
    bool is_start;
} groups[] = {
    {TOK_SHOW, T_AN_ITEM, true},     {TOK_TOGETHER, T_AN_ACTION, true},
    {TOK_COOLDOWN, T_A_LIMIT, true}, {TOK_REFRESH, T_A_SIDE, true},
    {TOK_EXPECT, T_AN_EXPECT, true}, {TOK_NUMBER, T_A_VALUE, false},
    {TOK_NAME, T_A_NAME, false},     {TOK_STRING, T_A_TEXT, false},
    {TOK_REASON, T_A_REASON, false},
};

static bool speaks(Expected e, size_t group)
{
    int sign = groups[group].sign;

    if (!expects(e, sign)) return false;
    if (sign == TOK_NAME) return !expects(e, TOK_NUMBER);
    /* `cooldown` and `refresh` are names as well */
    return !groups[group].is_start || words_flags(sign) || !expects(e, TOK_NAME);
}

/* Words that can begin a value, or go on with one: said by "a value", or not worth naming. */
static const int value_words[] = {
    TOK_LPAREN,  TOK_MINUS,      TOK_NOT, TOK_IF,      TOK_TRUE,      TOK_FALSE,
    TOK_ALL,     TOK_ANY,        TOK_BUY, TOK_SELL,    TOK_PLUS,      TOK_TIMES,
    TOK_DIVIDE,  TOK_LESS,       TOK_IS,  TOK_LESS_EQ, TOK_IN,        TOK_GREATER,
    TOK_BETWEEN, TOK_GREATER_EQ, TOK_AND, TOK_FOR,     TOK_OTHERWISE, TOK_EVERY,
    TOK_CROSSES, TOK_ACROSS,     TOK_DOT, TOK_SHARES,  TOK_COINS,
};

static bool is_worth_naming(Expected e, int token)
{
    bool has_name = expects(e, TOK_NUMBER) || expects(e, TOK_NAME);

    if (!words_spelling(token)) return false;
    if (has_name && words_flags(token) == 0 && token >= TOK_ASK && token <= TOK_WEEK) return false;
    if (token == TOK_OR) return !expects(e, TOK_AND);
    if (token == TOK_OF) return !expects(e, TOK_AT);
    for (size_t i = 0; i < ARRAY_LEN(value_words); i++)
        if (value_words[i] == token) return false;
    return true;
}

static Listed list_expected(Parser *ps, Expected e)
{
    Listed l = {0};
    bool is_start = false;

    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        if (!speaks(e, i)) continue;
        if (is_start && !groups[i].is_start) break;
        is_start |= groups[i].is_start;
        list_text(&l, groups[i].says);
    }
    for (size_t i = 0; i < e.count; i++)
        if (is_start ? e.tokens[i] == TOK_RBRACE : is_worth_naming(e, e.tokens[i]))
            list_word(ps, &l, words_spelling(e.tokens[i]));
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
    Place at = ps->before.kind ? ps->before.place : ps->last.place;

    label_expected(ps, diag_add(ps->diags, ODX001, at, T_FILE_ENDS), e);
}

void parser_report_end(Parser *ps)
{
    Diag *d = diag_add(ps->diags, ODX001, ps->last.place, T_FILE_ENDS);

    parser_mistake(ps);
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

static bool expects_start(Expected e)
{
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        if (groups[i].is_start && speaks(e, i)) return true;
    return false;
}

/* The next statement begins where the one before still lacks something. */
static bool report_unfinished(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    Diag *d;

    if (!(words_flags(t->kind) & (WORD_ITEM | WORD_ACTION)) || !t->is_first_on_line) return false;
    if (!ps->before.kind || expects_start(e)) return false;
    d = diag_add(ps->diags, ODX001, ps->before.place, T_UNFINISHED, arg_source(t->place));
    label_expected(ps, d, e);
    return true;
}

static bool report_reserved_name(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    bool is_word = (words_flags(t->kind) & WORD_RESERVED) && !t->is_first_on_line;
    Diag *d;

    if (!is_word || !expects(e, TOK_NAME) || expects(e, TOK_NUMBER)) return false;
    d = diag_add(ps->diags, ODX002, t->place, T_RESERVED_NAME, arg_source(t->place));
    diag_label(d, T_RESERVED_LABEL);
    parser_rename(ps, d, t->place, source_text(ps->parse->sources, t->place));
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

void parser_report_misspelt(Parser *ps, const Token *t, const char *near)
{
    Diag *d = diag_add(ps->diags, ODX001, t->place, T_NOT_EXPECTED, arg_source(t->place));

    diag_fix(d, FIX_SAFE, T_DID_YOU_MEAN, arg_str(near));
    diag_edit(d, t->place, span_str(near));
    parser_mistake(ps);
}

static bool report_misspelt(Parser *ps, Expected e)
{
    const Token *t = &ps->last;
    unsigned wanted = expects(e, TOK_SHOW) ? WORD_ITEM : expects(e, TOK_TOGETHER) ? WORD_ACTION : 0;
    const char *near = t->kind == TOK_NAME ? words_nearest(t->span, wanted) : NULL;
    bool is_reserved;

    if (!near) return false;
    parser_report_misspelt(ps, t, near);
    parser_correct(ps, words_find(span_str(near), &is_reserved));
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

    if (ps->is_stopped || ps->is_end_told) return; /* why has been said */
    if (ps->last.kind == TOK_YYEOF)
        report_end(ps, e);
    else if (!report_open_block(ps) && !report_unfinished(ps, e) && !report_reserved_name(ps, e) &&
             !report_equals(ps, e) && !report_second_comparison(ps, e) &&
             !report_if_statement(ps, e) && !report_misspelt(ps, e))
        report_plain(ps, e);
    parser_mistake(ps);
}

void parser_report_memory(Parser *ps)
{
    if (arena_is_full(ps->arena)) return; /* the compilation says that */
    diag_add(ps->diags, ODX702, ps->last.place, T_TOO_NESTED, arg_int(PARSE_MAX_NESTING));
}
