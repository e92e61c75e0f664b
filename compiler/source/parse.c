/* parse.c — see parse.h. */
#include "compiler/source/parse.h"

#include "compiler/source/grammar.h"
#include "compiler/source/grammar_support.h"
#include "vm/base/bug.h"
#include "vm/base/utf8.h"

void parse_init(Parse *p, Arena *arena, const Sources *sources, Diags *diags)
{
    *p = (Parse){.arena = arena, .sources = sources, .diags = diags, .names = interns_new(arena)};
}

/* A byte-order mark is accepted; the formatter takes it off. */
static uint32_t skip_mark(Span text)
{
    return span_starts(text, SPAN("\xef\xbb\xbf")) ? 3 : 0;
}

static bool is_readable(Parser *ps, Span text)
{
    size_t valid = utf8_valid_len(text);

    if (text.len > SOURCE_MAX_BYTES) {
        diag_add(ps->diags, ODX702, parser_place(ps, 0, 0), T_FILE_TOO_LARGE, arg_int(256));
        return false;
    }
    if (valid < text.len) {
        diag_add(ps->diags, ODX001, parser_place(ps, (uint32_t)valid, (uint32_t)valid + 1),
                 T_NOT_UTF8);
        return false;
    }
    return true;
}

static Parser *parser_new(Parse *p, uint16_t file)
{
    Parser *ps = arena_new(p->arena, Parser);

    ps->parse = p;
    ps->arena = p->arena;
    ps->diags = p->diags;
    ps->source = sources_get(p->sources, file);
    ps->spare = node_new(p->arena, NODE_BAD, place_at(file, 0, 0), 0);
    ps->spare_list = arena_new(p->arena, NodeList);
    ps->result = node_new(p->arena, NODE_FILE, place_at(file, 0, 0), 1);
    return ps;
}

Node *parse_file(Parse *p, uint16_t file)
{
    Parser *ps = parser_new(p, file);
    Span text;

    if (arena_is_full(p->arena)) return node_new(p->arena, NODE_FILE, place_at(file, 0, 0), 0);
    text = ps->source->text;
    if (!is_readable(ps, text)) return ps->result;
    text = arena_span(p->arena, text);
    if (arena_is_full(p->arena)) return ps->result;
    ps->lexer = (Lexer){text.ptr ? text.ptr : "", (uint32_t)text.len, skip_mark(text)};
    if (grammar_parse(ps) == 2) parser_report_memory(ps);
    if (!arena_is_full(p->arena)) parser_attach_comments(ps, ps->result);
    return ps->result;
}
