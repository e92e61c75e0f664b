/* comments.c — hangs every comment on the node it speaks of, and reads `odx: allow`.
 *
 * A comment behind code on its line belongs to what ends there, one on a line of its own to what
 * follows, one in the middle of an item to that item.  Promise: no comment is lost, and their order
 * within a node is the order of the text. */
#include "compiler/source/parser.h"
#include "vm/base/bug.h"

/* ---- who stands on lines of its own ----------------------------------------------------------- */

static bool is_container(const Node *n)
{
    switch (n->kind) {
    case NODE_FILE:
    case NODE_BLOCK:
    case NODE_RISK:
    case NODE_QUOTE:
    case NODE_TEST:
    case NODE_LAYOUT:
        return true;
    default:
        return false;
    }
}

/* The part of `n` that holds lines: `n` itself or its block. */
static Node *container_of(Node *n)
{
    if (is_container(n)) return n;
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (node_is(n->kids[i], NODE_BLOCK)) return n->kids[i];
    return NULL;
}

/* Kids of a container from here on are lines; the title of a test and the token of a quote are not. */
static uint32_t first_line(const Node *container)
{
    return container->kind == NODE_TEST || container->kind == NODE_QUOTE ? 1 : 0;
}

typedef struct Neighbours {
    Node *inside, *before, *after; /* of a byte: lines of one container */
} Neighbours;

static Neighbours find_neighbours(const Node *container, uint32_t at)
{
    Neighbours found = {0};

    for (uint32_t i = first_line(container); i < container->kid_count; i++) {
        Node *n = container->kids[i];

        if (!n) continue;
        if (n->place.begin <= at && at < n->place.end)
            found.inside = n;
        else if (n->place.end <= at && (!found.before || n->place.end > found.before->place.end))
            found.before = n;
        else if (n->place.begin > at && (!found.after || n->place.begin < found.after->place.begin))
            found.after = n;
    }
    return found;
}

/* ---- hanging them up -------------------------------------------------------------------------- */

static Comments *comments_of(Parser *ps, Node *n)
{
    if (!n->comments) n->comments = arena_new(ps->arena, Comments);
    return n->comments;
}

static void append(Comment **list, Comment *c)
{
    while (*list)
        list = &(*list)->next;
    *list = c;
}

static void attach_in(Parser *ps, Node *container, const RawComment *raw)
{
    Comment *c = raw->comment;
    Neighbours near = find_neighbours(container, c->place.begin);
    Node *inner = near.inside ? container_of(near.inside) : NULL;

    if (inner && inner->place.begin <= c->place.begin && c->place.end <= inner->place.end)
        attach_in(ps, inner, raw);
    else if (near.inside)
        append(&comments_of(ps, near.inside)->before, c);
    else if (!raw->is_own_line && near.before && !comments_of(ps, near.before)->trailing)
        comments_of(ps, near.before)->trailing = c; /* one a line; more go to what follows */
    else if (!raw->is_own_line && !near.before && !comments_of(ps, container)->open)
        comments_of(ps, container)->open = c;
    else if (near.after)
        append(&comments_of(ps, near.after)->before, c);
    else
        append(&comments_of(ps, container)->end, c);
}

static void attach(Parser *ps, Node *file, const RawComment *raw)
{
    if (raw->comment->place.begin < ps->version_end)
        append(&comments_of(ps, file)->before, raw->comment);
    else
        attach_in(ps, file, raw);
}

/* ---- `odx: allow CODE because REASON` --------------------------------------------------------- */

static Span take_word(Span *rest)
{
    size_t n = 0;
    Span found;

    *rest = span_trim(*rest);
    while (n < rest->len && !span_is_space(rest->ptr[n]))
        n++;
    found = span_sub(*rest, 0, n);
    *rest = span_trim(span_from(*rest, n));
    return found;
}

/* The first line from `line` on that holds more than white space and comments. */
static uint32_t next_code_line(const Source *s, uint32_t line)
{
    for (; line <= s->line_count; line++) {
        Span text = span_trim(source_line(s, line));

        if (text.len && text.ptr[0] != '#') return line;
    }
    return s->line_count;
}

static void read_allow(Parser *ps, const RawComment *raw)
{
    const Comment *c = raw->comment;
    uint32_t line = source_position(ps->source, c->place.begin).line;
    uint32_t last = next_code_line(ps->source, line + 1); /* "or the line above it" (decision 71) */
    Span rest = c->text, code = {0}, reason = {0};

    if (!span_starts(rest, SPAN("odx:"))) return;
    rest = span_from(rest, 4);
    if (span_eq_str(take_word(&rest), "allow")) {
        code = take_word(&rest);
        if (span_eq_str(take_word(&rest), "because")) reason = rest;
    }
    diags_allow(ps->diags, code, reason, c->place, line, last);
}

void parser_attach_comments(Parser *ps, Node *file)
{
    for (size_t i = 0; i < ps->comments.count; i++) {
        attach(ps, file, &ps->comments.items[i]);
        read_allow(ps, &ps->comments.items[i]);
    }
}
