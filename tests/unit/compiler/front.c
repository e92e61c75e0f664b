/* front.c — see front.h. */
#include "tests/unit/compiler/front.h"

#include <stdio.h>
#include <stdlib.h>

#include "compiler/views/text_write.h"
#include "tests/harness/memory.h"

Front front_again(Arena *arena, Span text)
{
    Front f = {.arena = arena, .sources = arena_new(arena, Sources)};
    Parse p;

    sources_init(f.sources, arena);
    sources_add(f.sources, SPAN("test.odx"), text);
    f.diags = diags_new(arena, f.sources, NULL);
    parse_init(&p, arena, f.sources, f.diags);
    f.tree = parse_file(&p, 0);
    return f;
}

Front front_open(const char *name, const char *text)
{
    static Arena *arena;
    Front f;

    if (!arena) arena = test_arena((size_t)256 << 20);
    arena_reset(arena);
    f = front_again(arena, span_str(text));
    f.sources->files[0].name = span_str(name);
    return f;
}

Span front_format(const Front *f)
{
    Buf b;

    buf_init(&b, f->arena, (size_t)4 << 20);
    text_write(&b, f->tree, f->arena);
    return buf_span(&b);
}

Front front_value(const char *text, const Node **ret_value)
{
    static char source[1 << 16];
    Front f;

    snprintf(source, sizeof source, "odx 1\nstrategy \"t\"\nlet x = %s\n", text);
    f = front_open("test.odx", source);
    *ret_value = f.tree->kid_count > KID_FILE_ITEMS ? f.tree->kids[KID_FILE_ITEMS]->kids[0] : NULL;
    return f;
}

static const char *head_of(const Node *n)
{
    static const char *const compare[] = {"?", "<", "<=", ">", ">="};
    static const char *const binary[] = {"?", "+", "-", "*", "/", "of"};

    switch (n->kind) {
    case NODE_CMP:
        return compare[n->op];
    case NODE_BINARY:
        return binary[n->op];
    case NODE_CROSSES:
        return n->op == AST_CROSSES_ABOVE ? "above" : "below";
    case NODE_IS:
        return n->flags & NF_NOT ? "is-not" : "is";
    case NODE_IN:
        return n->flags & NF_NOT ? "not-in" : "in";
    default:
        return node_kind_name((NodeKind)n->kind);
    }
}

void front_list(Buf *out, const Node *n)
{
    if (!n) {
        buf_char(out, '_');
        return;
    }
    switch (n->kind) {
    case NODE_NUMBER:
        buf_fmt(out, "%S%s", n->text,
                n->unit == NUM_SHARES  ? "sh"
                : n->unit == NUM_COINS ? "co"
                                       : "");
        return;
    case NODE_PATH:
        for (uint32_t i = 0; i < n->kid_count; i++)
            buf_fmt(out, "%s%S", i ? "." : "", n->kids[i]->name);
        return;
    case NODE_SIDE:
        buf_str(out, n->op == AST_SIDE_BUY ? "buy" : "sell");
        return;
    case NODE_BOOL:
        buf_str(out, n->op ? "true" : "false");
        return;
    default:
        break;
    }
    buf_fmt(out, "(%s", head_of(n));
    if (n->name.len) buf_fmt(out, " %S", n->name);
    if (n->name2.len) buf_fmt(out, " %S", n->name2);
    for (uint32_t i = 0; i < n->kid_count; i++) {
        buf_char(out, ' ');
        front_list(out, n->kids[i]);
    }
    buf_char(out, ')');
}

char *front_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text;
    size_t n;

    if (!f) return NULL;
    text = malloc(SOURCE_MAX_BYTES * 2);
    n = fread(text, 1, SOURCE_MAX_BYTES * 2 - 1, f);
    text[n] = 0;
    fclose(f);
    return text;
}

static bool is_same_list(const Comment *a, const Comment *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!span_is(a->text, b->text) || a->is_doc != b->is_doc) return false;
    return !a && !b;
}

bool front_has_equal_comments(const Node *a, const Node *b)
{
    static const Comments none;
    const Comments *ca, *cb;

    if (!a || !b) return a == b;
    ca = a->comments ? a->comments : &none;
    cb = b->comments ? b->comments : &none;
    if (!is_same_list(ca->before, cb->before) || !is_same_list(ca->open, cb->open) ||
        !is_same_list(ca->trailing, cb->trailing) || !is_same_list(ca->end, cb->end))
        return false;
    for (uint32_t i = 0; i < a->kid_count; i++)
        if (!front_has_equal_comments(a->kids[i], b->kids[i])) return false;
    return true;
}

static size_t length(const Comment *c)
{
    size_t n = 0;

    for (; c; c = c->next)
        n++;
    return n;
}

size_t front_count_comments(const Node *n)
{
    size_t count = 0;

    if (!n) return 0;
    if (n->comments)
        count = length(n->comments->before) + length(n->comments->open) +
                length(n->comments->trailing) + length(n->comments->end);
    for (uint32_t i = 0; i < n->kid_count; i++)
        count += front_count_comments(n->kids[i]);
    return count;
}
