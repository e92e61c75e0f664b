/* answer_tokens.c — every word and mark with its kind: from the scanner, and from what names stand for. */
#include "compiler/lsp/server.h"

#include "compiler/source/parse.h"
#include "compiler/views/document.h"
#include "vm/base/utf8.h"

typedef enum TokenKind {
#define TOKEN(NAME, word) TOKEN_##NAME,
#include "compiler/lsp/tokens.def"
#undef TOKEN
} TokenKind;

typedef enum TokenMark {
#define MODIFIER(NAME, word) MARK_##NAME,
#include "compiler/lsp/tokens.def"
#undef MODIFIER
} TokenMark;

typedef struct Painter {
    Call *call;
    const Names *names;
    size_t next_use;
    LspPosition last;
    Lexeme before; /* the lexeme before, without comments */
} Painter;

/* Lines may hold a piece each: strings do not cross lines, comments neither. */
static void put_token(Painter *p, uint32_t begin, uint32_t end, TokenKind kind, uint32_t marks)
{
    Call *c = p->call;
    LspPosition a = offset_to_position(c->lsp, c->doc, begin),
                b = offset_to_position(c->lsp, c->doc, end);

    if (a.line != b.line || b.character <= a.character) return;
    json_write_uint(c->w, a.line - p->last.line);
    json_write_uint(c->w, a.line == p->last.line ? a.character - p->last.character : a.character);
    json_write_uint(c->w, b.character - a.character);
    json_write_uint(c->w, kind);
    json_write_uint(c->w, marks);
    p->last = a;
}

/* ---- names ------------------------------------------------------------------------------------ */

static TokenKind kind_of_symbol(SymbolKind kind)
{
    switch (kind) {
    case SYM_MARKET:
    case SYM_LEADER:
    case SYM_ACCOUNT:
        return TOKEN_NAMESPACE;
    case SYM_PARAM:
    case SYM_INPUT:
        return TOKEN_PARAMETER;
    case SYM_DEF:
        return TOKEN_FUNCTION;
    case SYM_REASON:
        return TOKEN_ENUM_MEMBER;
    default:
        return TOKEN_VARIABLE;
    }
}

static bool is_per_wallet(const Ask *a, const Symbol *s)
{
    const Let *let = s->kind == SYM_LET ? ask_let(a, s->node) : NULL;
    const State *state = s->kind == SYM_STATE ? ask_state(a, s->node) : NULL;

    return (let && let->value && let->value->wallet) || (state && state->wallet);
}

static uint32_t marks_of(const Ask *a, const Symbol *s, const NameUse *u)
{
    uint32_t marks = 0;

    if (u->is_definition) marks |= 1u << MARK_DECLARATION;
    if (u->is_write && !u->is_definition) marks |= 1u << MARK_MODIFICATION;
    if (s->kind == SYM_PARAM || s->kind == SYM_LET) marks |= 1u << MARK_READONLY;
    if (is_per_wallet(a, s)) marks |= 1u << MARK_PER_WALLET;
    if (s->at.file != 0) marks |= 1u << MARK_DEFAULT_LIBRARY;
    return marks;
}

/* The use that begins there; uses are in order. */
static const NameUse *use_at(Painter *p, uint32_t begin)
{
    while (p->next_use < p->names->uses.count && p->names->uses.items[p->next_use].at.begin < begin)
        p->next_use++;
    if (p->next_use >= p->names->uses.count) return NULL;
    return p->names->uses.items[p->next_use].at.begin == begin ? &p->names->uses.items[p->next_use]
                                                               : NULL;
}

static bool is_word_of_language(Span word)
{
    bool is_reserved;

    for (size_t i = 0; i < word_count(); i++)
        if (span_eq_str(word, word_at(i, &is_reserved, NULL))) return true;
    return false;
}

/* A word in its place is a keyword where the tree has no name: `stop loss`, but not `up.ask`. */
static bool is_in_path(const Painter *p, uint32_t offset)
{
    Trail t;

    trail_find(&t, p->call->ask->c.tree, offset);
    return trail_last(&t, NODE_PATH) != NULL;
}

static bool is_behind_dot(const Painter *p)
{
    return span_eq_str(word_text(p->call->ask, p->before), ".");
}

static void paint_word(Painter *p, Lexeme l)
{
    const Ask *a = p->call->ask;
    Span word = word_text(a, l);
    const NameUse *u = use_at(p, l.begin);

    if (u) {
        const Symbol *s = &p->names->symbols.items[u->symbol];

        put_token(p, l.begin, l.end, kind_of_symbol(s->kind), marks_of(a, s, u));
    } else if (is_behind_dot(p)) {
        put_token(p, l.begin, l.end, TOKEN_PROPERTY, 0);
    } else if (word_is_reserved(word)) {
        put_token(p, l.begin, l.end, TOKEN_KEYWORD, 0);
    } else if (function_find(word) && a->text.len > l.end && a->text.ptr[l.end] == '(') {
        put_token(p, l.begin, l.end, TOKEN_FUNCTION, 1u << MARK_DEFAULT_LIBRARY);
    } else if (word.len && word.ptr[0] >= 'A' && word.ptr[0] <= 'Z') {
        put_token(p, l.begin, l.end, TOKEN_ENUM_MEMBER, 0);
    } else if (is_word_of_language(word) && !is_in_path(p, l.begin)) {
        put_token(p, l.begin, l.end, TOKEN_KEYWORD, 0);
    } else {
        put_token(p, l.begin, l.end, TOKEN_PROPERTY, 0);
    }
}

static void paint(Painter *p, Lexeme l)
{
    Span text = word_text(p->call->ask, l);

    switch (l.kind) {
    case LEX_WORD:
        paint_word(p, l);
        break;
    case LEX_NUMBER:
        put_token(p, l.begin, l.end, TOKEN_NUMBER, 0);
        break;
    case LEX_STRING:
    case LEX_OPEN_STRING:
        put_token(p, l.begin, l.end, TOKEN_STRING, 0);
        break;
    case LEX_COMMENT:
        while (text.len && text.ptr[text.len - 1] == '\r')
            text.len--;
        put_token(p, l.begin, l.begin + (uint32_t)text.len, TOKEN_COMMENT,
                  span_starts(text, SPAN("##")) ? 1u << MARK_DOCUMENTATION : 0);
        break;
    case LEX_MARK:
        if (text.len && span_find_char(SPAN("<>=+-*/"), text.ptr[0]) != SPAN_NONE_AT)
            put_token(p, l.begin, l.end, TOKEN_OPERATOR, 0);
        break;
    default:
        break;
    }
}

static void paint_all(Call *c, uint32_t begin, uint32_t end)
{
    Ask *a = c->ask;
    Span text = arena_span(c->arena, a->text);
    Lexer lx = {text.ptr ? text.ptr : "", (uint32_t)text.len, 0};
    Painter p = {.call = c, .names = ask_names(a)};

    open_object(c);
    put_key(c, "data");
    open_array(c);
    for (Lexeme l = lexer_next(&lx); l.kind != LEX_END && !document_is_json(a->name, a->text);
         l = lexer_next(&lx)) {
        if (l.begin < end && begin < l.end) paint(&p, l);
        if (l.kind != LEX_COMMENT) p.before = l;
    }
    close_array(c);
    close_object(c);
}

void answer_tokens(Call *c)
{
    paint_all(c, 0, UINT32_MAX);
}

void answer_tokens_range(Call *c)
{
    uint32_t begin, end;

    wire_range_offsets(c, json_member(c->params, "range"), &begin, &end);
    paint_all(c, begin, end);
}
