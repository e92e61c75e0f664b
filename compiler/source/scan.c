/* scan.c — from lexemes to the words the grammar sees.
 *
 * Comments are put aside, literals get their values, names are told from words, foreign marks are
 * explained and replaced. */
#include <string.h>

#include "compiler/source/grammar.h"
#include "compiler/source/grammar_support.h"
#include "vm/base/buf.h"
#include "vm/base/bug.h"
#include "vm/base/utf8.h"

#define MIXED_CASE 0 /* a word that is neither name nor reason */

/* ---- small facts ------------------------------------------------------------------------------ */

void parser_mistake(Parser *ps)
{
    if (++ps->mistakes >= PARSE_MAX_MISTAKES) ps->is_stopped = true;
}

static Span text_of(const Parser *ps, Lexeme lex)
{
    return span_of(ps->lexer.text + lex.begin, lex.end - lex.begin);
}

static bool is_first_on_line(const Parser *ps, uint32_t begin)
{
    const char *text = ps->lexer.text;

    while (begin > 0 && text[begin - 1] != '\n') {
        if (!span_is_space(text[begin - 1])) return false;
        begin--;
    }
    return true;
}

/* ---- words ------------------------------------------------------------------------------------ */

/* `let for = ...`: a reserved word where a new name is plainly meant. */
static bool is_meant_as_name(const Parser *ps)
{
    Lexer ahead = ps->lexer;
    Lexeme next;

    if (!(words_flags(ps->last.kind) & WORD_NAMES)) return false;
    next = lexer_next(&ahead);
    if (next.kind == LEX_MARK)
        return next.token == (ps->last.kind == TOK_DEF ? TOK_LPAREN : TOK_EQUALS);
    return (ps->last.kind == TOK_FEED || ps->last.kind == TOK_REPEAT) && next.kind == LEX_WORD &&
           span_eq_str(text_of(ps, next), "in");
}

static void report_reserved(Parser *ps, Place at, Span name)
{
    Diag *d = diag_add(ps->diags, ODX002, at, T_RESERVED_NAME, arg_text(name));

    parser_mistake(ps);
    diag_label(d, T_RESERVED_LABEL);
    parser_rename(ps, d, at, name);
}

/* Words are small letters or, for reasons, capitals; anything mixed is a name somebody misspelt. */
static int classify_case(Span text)
{
    bool has_small = false, has_capital = false;

    for (size_t i = 0; i < text.len; i++) {
        has_small |= text.ptr[i] >= 'a' && text.ptr[i] <= 'z';
        has_capital |= text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
    }
    if (text.ptr[0] == '_' || has_small == has_capital) return MIXED_CASE;
    return has_capital ? TOK_REASON : TOK_NAME;
}

static Span to_name(Parser *ps, Span text)
{
    Buf b;

    buf_init(&b, ps->arena, text.len + 1);
    if (text.ptr[0] == '_') buf_char(&b, 'x');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        buf_char(&b, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    return buf_span(&b);
}

static Span fix_case(Parser *ps, Place at, Span text)
{
    Span name = to_name(ps, text);
    Diag *d = diag_add(ps->diags, ODX001, at, T_NAME_CASE, arg_text(text));

    parser_mistake(ps);
    diag_label(d, T_NAME_CASE_LABEL);
    diag_fix(d, FIX_SAFE, T_WRITE_IT, arg_text(name));
    diag_edit(d, at, name);
    return name;
}

static void check_name_length(Parser *ps, Place at, Span text)
{
    if (text.len <= PARSE_MAX_NAME) return;
    diag_add(ps->diags, ODX702, at, T_NAME_TOO_LONG, arg_int(PARSE_MAX_NAME));
    parser_mistake(ps);
}

static bool takes_any_word(const Parser *ps)
{
    return ps->last.kind == TOK_DOT || ps->plain_words > 0;
}

static int word_kind(Parser *ps, Span *text, Place at)
{
    bool is_reserved;
    int found = words_find(*text, &is_reserved);

    if (takes_any_word(ps) && classify_case(*text) == TOK_NAME) return TOK_NAME;
    if (ps->open[ps->depth].is_layout && is_reserved && found != TOK_AT) return TOK_NAME;
    if (is_reserved && is_meant_as_name(ps)) {
        report_reserved(ps, at, *text);
        return TOK_NAME;
    }
    if (found) return found;
    found = classify_case(*text);
    if (found != MIXED_CASE) return found;
    *text = fix_case(ps, at, *text);
    return TOK_NAME;
}

static Token word_token(Parser *ps, Lexeme lex)
{
    Span text = text_of(ps, lex);
    Place at = parser_place(ps, lex.begin, lex.end);
    Token t = {.place = at};

    check_name_length(ps, at, text);
    t.kind = word_kind(ps, &text, at);
    t.span = interns_get(ps->parse->names, text);
    return t;
}

/* ---- texts ------------------------------------------------------------------------------------ */

static Span decode_text(Parser *ps, Lexeme lex, uint32_t end)
{
    Buf b;

    buf_init(&b, ps->arena, end - lex.begin);
    for (uint32_t i = lex.begin + 1; i < end; i++) {
        char c = ps->lexer.text[i];

        if (c == '\\' && i + 1 < end) {
            c = ps->lexer.text[++i];
            if (c == 'n') {
                c = '\n';
            } else if (c != '"' && c != '\\') {
                diag_add(ps->diags, ODX001, parser_place(ps, i - 1, i + 1), T_TEXT_ESCAPE);
                parser_mistake(ps);
            }
        }
        buf_char(&b, c);
    }
    return buf_span(&b);
}

static Token text_token(Parser *ps, Lexeme lex)
{
    Place at = parser_place(ps, lex.begin, lex.end);
    Token t = {.kind = TOK_STRING, .place = at, .node = MK0(STRING, at)};

    if (lex.kind == LEX_OPEN_STRING) {
        Diag *d = diag_add(ps->diags, ODX001, at, T_TEXT_OPEN);

        parser_mistake(ps);
        diag_label(d, T_TEXT_OPEN_LABEL);
    }
    t.node->text = decode_text(ps, lex, lex.end - (lex.kind == LEX_STRING));
    return t;
}

/* ---- numbers ---------------------------------------------------------------------------------- */

static Token number_token(Parser *ps, Lexeme lex)
{
    return (Token){.kind = TOK_NUMBER,
                   .place = parser_place(ps, lex.begin, lex.end),
                   .node = parser_number(ps, lex)};
}

/* `.5` is a dot only behind something it could belong to. */
static bool is_leading_dot(const Parser *ps, Lexeme lex)
{
    char next = ps->lexer.text[lex.end];

    return lex.kind == LEX_MARK && lex.token == TOK_DOT && next >= '0' && next <= '9' &&
           (ps->last.place.end != lex.begin || ps->last.kind == 0 || ps->last.kind == TOK_LPAREN);
}

/* ---- marks of other languages ----------------------------------------------------------------- */

static const struct {
    const char *theirs, *ours;
    int first, second; /* what it is read as; 0: nothing */
} foreign[] = {
    {"==", "is", TOK_IS, 0},
    {"!=", "is not", TOK_IS, TOK_NOT},
    {"<>", "is not", TOK_IS, TOK_NOT},
    {"&&", "and", TOK_AND, 0},
    {"||", "or", TOK_OR, 0},
    {"!", "not", TOK_NOT, 0},
    {"\xe2\x89\xa4", "<=", TOK_LESS_EQ, 0},
    {"\xe2\x89\xa5", ">=", TOK_GREATER_EQ, 0},
    {"\xe2\x89\xa0", "is not", TOK_IS, TOK_NOT},
    {"\xe2\x88\x92", "-", TOK_MINUS, 0},
    {"\xe2\x80\x93", "-", TOK_MINUS, 0},
    {"\xc3\x97", "*", TOK_TIMES, 0},
};

void parser_queue(Parser *ps, Token t)
{
    if (ps->queue_count == PARSE_QUEUE) return;
    ps->queue[ps->queue_count++] = t;
}

/* The replacement needs blanks where it would otherwise grow together with its neighbours. */
static Span spaced(Parser *ps, Place at, const char *ours)
{
    const char *text = ps->lexer.text;
    bool is_word = ours[0] >= 'a';
    Buf b;

    buf_init(&b, ps->arena, 32);
    if (is_word && at.begin > 0 && !span_is_space(text[at.begin - 1])) buf_char(&b, ' ');
    buf_str(&b, ours);
    if (is_word && text[at.end] && !span_is_space(text[at.end])) buf_char(&b, ' ');
    return buf_span(&b);
}

static bool replace_foreign(Parser *ps, Place at, Span text, Token *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
        Diag *d;

        if (!span_eq_str(text, foreign[i].theirs)) continue;
        d = diag_add(ps->diags, ODX001, at, T_FOREIGN_MARK, arg_text(text),
                     arg_str(foreign[i].ours));
        parser_mistake(ps);
        diag_fix(d, FIX_SAFE, T_WRITE_IT, arg_str(foreign[i].ours));
        diag_edit(d, at, spaced(ps, at, foreign[i].ours));
        *ret = (Token){.kind = foreign[i].first, .place = at};
        if (foreign[i].second) parser_queue(ps, (Token){.kind = foreign[i].second, .place = at});
        return true;
    }
    return false;
}

/* `5 %`, `$ 50`: a unit that stands apart from its number. */
static void report_lone_unit(Parser *ps, Place at, Span text)
{
    bool is_percent = span_eq_str(text, "%") && ps->last.kind == TOK_NUMBER;
    Diag *d = diag_add(ps->diags, ODX005, at, T_UNIT_APART, arg_text(text));

    diag_label(d, is_percent ? T_UNIT_APART_BEHIND : T_UNIT_APART_BEFORE);
    if (is_percent) {
        Place gap = parser_place(ps, ps->last.place.end, at.begin);

        diag_fix(d, FIX_SAFE, T_UNIT_APART_FIX);
        diag_edit(d, gap, SPAN(""));
        diags_spoil(ps->diags, place_join(ps->last.place, at));
    }
}

/* False when the mark is left out and scanning goes on. */
static bool foreign_token(Parser *ps, Lexeme lex, Token *ret)
{
    Place at = parser_place(ps, lex.begin, lex.end);
    Span text = text_of(ps, lex);
    Diag *d;

    if (replace_foreign(ps, at, text, ret)) return true;
    parser_mistake(ps);
    if (span_eq_str(text, ";")) {
        d = diag_add(ps->diags, ODX001, at, T_SEMICOLON);
        diag_fix(d, FIX_SAFE, T_DELETE_IT);
        diag_edit(d, at, SPAN(""));
    } else if (span_eq_str(text, "%") || span_eq_str(text, "$")) {
        report_lone_unit(ps, at, text);
    } else if (span_starts(text, SPAN("\xe2\x80")) && text.len == 3) {
        diag_add(ps->diags, ODX001, at, T_CURLY_QUOTE, arg_text(text));
    } else if ((unsigned char)text.ptr[0] < 0x20 || text.ptr[0] == 0x7f) {
        diag_add(ps->diags, ODX001, at, T_CONTROL_BYTE);
    } else {
        diag_add(ps->diags, ODX001, at, T_NOT_EXPECTED, arg_text(text));
    }
    return false;
}

/* ---- comments --------------------------------------------------------------------------------- */

static void keep_comment(Parser *ps, Lexeme lex)
{
    Comment *c = arena_new(ps->arena, Comment);
    Span text = text_of(ps, lex);
    bool is_doc = text.len > 1 && text.ptr[1] == '#';

    if (arena_is_full(ps->arena)) return;
    text = span_trim(text);
    c->text = span_from(text, is_doc ? 2 : 1);
    while (c->text.len && (c->text.ptr[0] == ' ' || c->text.ptr[0] == '\t'))
        c->text = span_from(c->text, 1);
    c->place = parser_place(ps, lex.begin, lex.begin + (uint32_t)text.len);
    c->is_doc = is_doc;
    (void)vec_push(ps->arena, &ps->comments, (RawComment){c, is_first_on_line(ps, lex.begin)});
}

/* ---- one token -------------------------------------------------------------------------------- */

Token parser_end(const Parser *ps)
{
    return (Token){.kind = TOK_YYEOF,
                   .place = parser_place(ps, ps->lexer.len, ps->lexer.len),
                   .is_first_on_line = true};
}

/* False when the lexeme gives no token. */
static bool make_token(Parser *ps, Lexeme lex, Token *ret)
{
    switch (lex.kind) {
    case LEX_END:
        *ret = parser_end(ps);
        return true;
    case LEX_WORD:
        *ret = word_token(ps, lex);
        return true;
    case LEX_NUMBER:
        *ret = number_token(ps, lex);
        return true;
    case LEX_STRING:
    case LEX_OPEN_STRING:
        *ret = text_token(ps, lex);
        return true;
    case LEX_COMMENT:
        keep_comment(ps, lex);
        return false;
    case LEX_MARK:
        *ret = (Token){.kind = lex.token, .place = parser_place(ps, lex.begin, lex.end)};
        return true;
    case LEX_FOREIGN:
    case LEX_BYTE:
        break;
    }
    return foreign_token(ps, lex, ret);
}

Token parser_scan(Parser *ps)
{
    Token t;

    for (;;) {
        Lexeme lex = lexer_next(&ps->lexer);

        if (ps->is_stopped || arena_is_full(ps->arena)) return parser_end(ps);
        if (is_leading_dot(ps, lex)) {
            uint32_t begin = lex.begin;

            lex = lexer_next(&ps->lexer);
            lex.begin = begin;
        }
        if (make_token(ps, lex, &t)) break;
    }
    t.is_first_on_line = is_first_on_line(ps, t.place.begin);
    return t;
}
