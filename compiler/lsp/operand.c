/* operand.c — what the value to the left of the cursor measures, though its statement is not whole yet.
 *
 * The file without the statement, and the value as a `let` of its own, are compiled; the checker says
 * what that let measures.  Promise: no answer rather than a wrong one. */
#include "compiler/lsp/complete_private.h"

#include "compiler/source/parse.h"
#include "vm/base/fmt.h"

#define HOLE "odx_hole"

static Span at_word(const Context *c, size_t i)
{
    return word_text(c->ask, c->words[i]);
}

static bool is_any(Span word, const char *const *list)
{
    for (; *list; list++)
        if (span_eq_str(word, *list)) return true;
    return false;
}

/* Does a value end here, looking to the left? */
static bool is_border(const Context *c, size_t i)
{
    static const char *const words[] = {
        "and",      "or",       "not",      "when",      "while",   "if",     "then",
        "else",     "is",       "in",       "every",     "for",     "at",     "within",
        "crosses",  "above",    "below",    "between",   "require", "always", "expect",
        "size",     "buy",      "sell",     "step",      "loss",    "profit", "stop",
        "position", "exposure", "cooldown", "otherwise", NULL};

    if (c->words[i].kind == LEX_WORD)
        return is_any(at_word(c, i), words) && !(i > 0 && span_eq_str(at_word(c, i - 1), "."));
    switch (c->words[i].kind == LEX_MARK ? c->ask->text.ptr[c->words[i].begin] : 0) {
    case '=':
    case ',':
    case ':':
    case '{':
    case '}':
    case '(':
    case '[':
    case '<':
    case '>':
        return true;
    case '.':
        return span_eq_str(at_word(c, i), "..");
    default:
        return false;
    }
}

/* From a closing bracket to its opening one. */
static size_t skip_round(const Context *c, size_t i)
{
    int open = 0;

    for (;; i--) {
        Span w = at_word(c, i);

        open += span_eq_str(w, ")") || span_eq_str(w, "]");
        open -= span_eq_str(w, "(") || span_eq_str(w, "[");
        if (open == 0 || i == 0) return i;
    }
}

/* The first word of the value that ends before word `to`. */
static size_t value_start(const Context *c, size_t to)
{
    size_t i = to;

    while (i > 0) {
        Span w = at_word(c, i - 1);

        if (span_eq_str(w, ")") || span_eq_str(w, "]"))
            i = skip_round(c, i - 1);
        else if (is_border(c, i - 1))
            break;
        else
            i--;
    }
    return i;
}

/* ---- the compiled let ------------------------------------------------------------------------- */

/* Where the next item begins, behind the words so far. */
static uint32_t item_end(const Context *c)
{
    for (size_t i = c->count; i < c->ask->words.count; i++) {
        uint32_t begin = c->ask->words.items[i].begin;

        if (begin > 0 && c->ask->text.ptr[begin - 1] != '\n') continue;
        if (word_starts_only_items(word_text(c->ask, c->ask->words.items[i]))) return begin;
    }
    return (uint32_t)c->ask->text.len;
}

/* `on fill of up` as far as it goes, or a rule of any kind. */
static void put_rule_head(const Context *c, Buf *out)
{
    size_t item = context_item(c);

    if (item == NO_WORD || !span_eq_str(at_word(c, item), "on")) {
        buf_str(out, "when true");
        return;
    }
    for (size_t i = item; i < c->count; i++) {
        if (span_eq_str(at_word(c, i), "if") || span_eq_str(at_word(c, i), "{")) return;
        buf_fmt(out, "%s%S", span_eq_str(at_word(c, i), ".") ? "" : " ", at_word(c, i));
        if (i + 1 < c->count && span_eq_str(at_word(c, i), ".")) buf_span_put(out, at_word(c, ++i));
    }
}

static void put_local_lets(const Node *n, uint32_t begin, uint32_t end, const Context *c, Buf *out)
{
    for (uint32_t i = 0; n && i < n->kid_count; i++) {
        const Node *kid = n->kids[i];

        if (!kid || kid->place.file != 0) continue;
        if (kid->kind == NODE_LET && n->kind == NODE_BLOCK && kid->place.begin >= begin &&
            kid->place.end <= end)
            buf_fmt(out, "%S\n", source_text(c->ask->c.sources, kid->place));
        put_local_lets(kid, begin, end, c, out);
    }
}

static Span program_with_hole(const Context *c, size_t from, size_t to)
{
    const Ask *a = c->ask;
    size_t item = context_item(c);
    uint32_t begin = item == NO_WORD ? (uint32_t)a->text.len : c->words[item].begin;
    uint32_t first = c->words[from].begin, last = c->words[to - 1].end;
    Buf out;

    buf_init(&out, a->arena, a->text.len * 2 + 4096);
    buf_span_put(&out, span_sub(a->text, 0, begin));
    if (item != NO_WORD) buf_span_put(&out, span_from(a->text, item_end(c)));
    buf_char(&out, '\n');
    put_rule_head(c, &out);
    buf_str(&out, " {\n");
    put_local_lets(a->c.tree, begin, first, c, &out);
    buf_fmt(&out, "let " HOLE " = %S\n}\n", span_sub(a->text, first, last - first));
    return arena_span(a->arena, buf_span(&out));
}

static bool let_type(const Program *p, Type *ret)
{
    for (uint32_t i = p->lets_count; i-- > 0;) {
        if (!span_is(p->lets[i].name, SPAN(HOLE)) || !p->lets[i].value) continue;
        *ret = p->lets[i].value->type;
        return ret->shape != SHAPE_BAD;
    }
    return false;
}

bool operand_type(const Context *c, size_t from, size_t to, Type *ret)
{
    CompileOptions options = c->ask->options;
    Compilation made;
    const Expr *e;

    if (from >= to || to > c->count) return false;
    e = ask_expr(c->ask, place_at(0, c->words[from].begin, c->words[to - 1].end));
    if (e && e->type.shape != SHAPE_BAD && !e->type.bare) {
        *ret = e->type;
        return true;
    }
    if (arena_is_full(c->ask->arena)) return false;
    options.until = STAGE_CHECK;
    options.has_format_note = false;
    made = compile(c->ask->name, program_with_hole(c, from, to), &options, c->ask->arena);
    return !arena_is_full(c->ask->arena) && made.program && let_type(made.program, ret);
}

/* Back to the `in`, `between` or `crosses` that the last words belong to. */
static size_t find_operator(const Context *c)
{
    static const char *const logic[] = {"or", "when", "while", "if", "{", NULL};
    size_t at = c->count - 1;
    Span last = at_word(c, at);

    if ((span_eq_str(last, "above") || span_eq_str(last, "below") || span_eq_str(last, "not")) &&
        at > 0)
        return at - 1;
    if (context_frame(c)->kind == FRAME_ROUND &&
        span_eq_str(at_word(c, context_frame(c)->open), "["))
        at = context_frame(c)->open ? context_frame(c)->open - 1 : 0;
    if (!span_eq_str(last, "and") && !span_eq_str(last, "..")) return at;
    for (size_t i = at; i-- > 0;) {
        Span w = at_word(c, i);

        if (span_eq_str(w, "between") || span_eq_str(w, "in")) return i;
        if (is_any(w, logic) || span_eq_str(w, "and")) break;
    }
    return at;
}

bool operand_is_between(const Context *c)
{
    size_t at = c->count ? find_operator(c) : 0;

    return c->count && at != c->count - 1 && span_eq_str(at_word(c, at), "between");
}

bool operand_left(const Context *c, Type *ret)
{
    size_t to = c->count ? find_operator(c) : 0;

    return operand_type(c, value_start(c, to), to, ret);
}
