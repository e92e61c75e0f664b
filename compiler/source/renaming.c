/* renaming.c — where else a reserved word stands that somebody took for a name of his.
 *
 * The grammar gave up there, so the words around it must tell: behind an operator, or before a dot, only a
 * name can stand.  Promise: no word is renamed that means what the language means by it. */
#include "compiler/source/grammar.h"
#include "compiler/source/parser.h"
#include "vm/base/bug.h"

typedef struct Seen {
    int token; /* TOK_NAME for names, -1 for literals */
    Lexeme lex;
} Seen;

static bool is_among(int token, const int *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == token) return true;
    return false;
}

#define AMONG(token, list) is_among((token), (list), ARRAY_LEN(list))

/* They begin values themselves: where one stands, nobody knows which is meant. */
static bool is_own_value(int word)
{
    static const int list[] = {TOK_IF,  TOK_NOT,  TOK_TRUE, TOK_FALSE,
                               TOK_BUY, TOK_SELL, TOK_ANY,  TOK_ALL};

    return AMONG(word, list);
}

/* They stand behind values, so behind a let called `bid` too. */
static bool is_infix(int word)
{
    static const int list[] = {TOK_FOR,     TOK_EVERY,     TOK_ACROSS, TOK_IS,   TOK_IN,
                               TOK_BETWEEN, TOK_AND,       TOK_OR,     TOK_OF,   TOK_AFTER,
                               TOK_CROSSES, TOK_OTHERWISE, TOK_THEN,   TOK_ELSE, TOK_WITHIN};

    return AMONG(word, list);
}

/* Behind these a value follows, or a name. */
static bool wants_value(int before)
{
    static const int list[] = {
        TOK_LPAREN,    TOK_LBRACKET, TOK_COMMA, TOK_COLON,   TOK_PLUS,    TOK_MINUS,
        TOK_TIMES,     TOK_DIVIDE,   TOK_LESS,  TOK_LESS_EQ, TOK_GREATER, TOK_GREATER_EQ,
        TOK_EQUALS,    TOK_DOTDOT,   TOK_WHEN,  TOK_WHILE,   TOK_IF,      TOK_THEN,
        TOK_ELSE,      TOK_AND,      TOK_OR,    TOK_NOT,     TOK_IS,      TOK_BETWEEN,
        TOK_ABOVE,     TOK_BELOW,    TOK_IN,    TOK_OF,      TOK_FOR,     TOK_EVERY,
        TOK_OTHERWISE, TOK_WITHIN,   TOK_STEP,  TOK_ALWAYS,  TOK_REQUIRE, TOK_AT,
        TOK_BUY,       TOK_SELL,     TOK_SPLIT, TOK_MERGE,   TOK_AFTER,   TOK_EXPECT};

    return AMONG(before, list);
}

/* `max loss W`, `bid W`: words that have a place, with a value behind them. */
static bool is_amount_of(int word, int before, int first)
{
    static const int limits[] = {TOK_POSITION, TOK_EXPOSURE, TOK_TRADES, TOK_LOSS, TOK_DRAWDOWN,
                                 TOK_OPEN,     TOK_LEVERAGE, TOK_PROFIT, TOK_STOP};
    static const int heads[] = {TOK_MAX, TOK_STOP, TOK_TAKE, TOK_TIME, TOK_TRAILING};
    static const int quotes[] = {TOK_BID, TOK_ASK, TOK_SIZE, TOK_REFRESH};

    if (AMONG(before, limits)) return AMONG(first, heads);
    return AMONG(before, quotes) && first != TOK_DOT && first != TOK_OF && !is_infix(word);
}

/* Words whose own meaning stands behind one that a value may follow as well. */
static bool is_itself(int word, int before)
{
    static const int pairs[][2] = {
        {TOK_MARKET, TOK_AT}, {TOK_CLOSE, TOK_EXPECT}, {TOK_IN, TOK_NOT}};

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i][0] == word && pairs[i][1] == before) return true;
    return false;
}

static Seen see(const Lexer *lx, Lexeme lex)
{
    Seen s = {-1, lex};
    bool is_reserved;

    if (lex.kind == LEX_MARK) s.token = lex.token;
    if (lex.kind != LEX_WORD) return s;
    s.token = words_find(span_of(lx->text + lex.begin, lex.end - lex.begin), &is_reserved);
    if (!s.token) s.token = TOK_NAME;
    return s;
}

static Lexeme next_code(Lexer *lx)
{
    Lexeme lex;

    do
        lex = lexer_next(lx);
    while (lex.kind == LEX_COMMENT);
    return lex;
}

/* Is the middle one a use, or another definition? */
static bool is_name(int word, int first, int before, int behind)
{
    if (before == TOK_DOT) return false;
    if (behind == TOK_DOT) return true;
    if (words_flags(before) & WORD_NAMES)
        return behind == TOK_EQUALS || behind == TOK_IN || behind == TOK_LPAREN;
    if (is_itself(word, before)) return false;
    return wants_value(before) || is_amount_of(word, before, first);
}

/* What the grammar says of a use, and of the line behind it, follows from the name. */
static void rename_one(Parser *ps, Diag *d, Lexeme at, bool is_definition)
{
    uint32_t end = at.end;

    while (end < ps->lexer.len && ps->lexer.text[end] != '\n')
        end++;
    diag_edit(d, parser_place(ps, at.end, at.end), SPAN("_"));
    if (!is_definition) diags_spoil(ps->diags, parser_place(ps, at.begin, end));
}

void parser_rename(Parser *ps, Diag *d, Place name, Span written)
{
    Lexer lx = {.text = ps->lexer.text, .len = ps->lexer.len};
    Seen first = {-1, {0}}, before = {-1, {0}}, now;
    bool is_reserved;
    int word = words_find(written, &is_reserved);

    if (is_own_value(word)) {
        diag_help(d, T_RESERVED_FIX, arg_text(written));
        return;
    }
    diag_fix(d, FIX_SAFE, T_RESERVED_FIX, arg_text(written));
    now = see(&lx, next_code(&lx));
    while (now.lex.kind != LEX_END) {
        Seen behind = see(&lx, next_code(&lx));
        bool is_here = now.lex.begin == name.begin;

        if (is_here ||
            (now.token == word && is_name(word, first.token, before.token, behind.token)))
            rename_one(ps, d, now.lex, is_here);
        first = before;
        before = now;
        now = behind;
    }
}
