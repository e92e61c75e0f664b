/* hover.c — what is this: unit, sharing, readiness, what was proved, and what somebody wrote about it.
 *
 * In: an offset.  Out: Markdown and the bytes it speaks of.  Promise: nothing is said that the checker
 * did not work out for this text. */
#include "compiler/lsp/ask_private.h"

#include "compiler/sema/offers.h"
#include "compiler/source/parse.h"
#include "compiler/views/sentences.h"
#include "vm/base/fmt.h"

enum { TEXT_MAX = 16 << 10, HEAD_MAX = 160 };

typedef struct Hover {
    Ask *ask;
    Buf out;
    Place at;
} Hover;

/* ---- parts ------------------------------------------------------------------------------------ */

static void put_code(Hover *h, Span code)
{
    buf_fmt(&h->out, "```odx\n%S\n```\n", code);
}

static void put_part(Hover *h, Span text)
{
    if (text.len) buf_fmt(&h->out, "\n%S\n", text);
}

static void put_str(Hover *h, const char *text)
{
    put_part(h, span_str(text));
}

/* The text of a node up to the end of its first line. */
static Span first_line(const Ask *a, Place at)
{
    Span text = source_text(a->c.sources, at);

    text = span_sub(text, 0, span_find_char(text, '\n'));
    return span_trim(span_sub(text, 0, HEAD_MAX));
}

static void put_value(Hover *h, const Expr *e)
{
    if (!e || e->type.shape == SHAPE_BAD) return;
    buf_char(&h->out, '\n');
    say_value(h->ask, e, &h->out);
    buf_char(&h->out, '\n');
    if (e->rate != RATE_CONST && ask_range(h->ask, e)) {
        buf_char(&h->out, '\n');
        say_range(h->ask, e, &h->out);
        buf_char(&h->out, '\n');
    }
}

static void put_field(Hover *h, const FieldInfo *f)
{
    static const char *const known[] = {[KNOWN_FRESH] = "known while the data is fresh and quoted",
                                        [KNOWN_TICK] = "known from the first tick",
                                        [KNOWN_ALWAYS] = "always known",
                                        [KNOWN_HOLDING] = "known while a position is held",
                                        [KNOWN_EVENT] = "known in its event only"};

    if (!f) return;
    buf_fmt(&h->out, "\n%s; %s", f->sentence, known[f->known]);
    if (f->life == LIFE_SLOT) buf_str(&h->out, "; begins anew with each slot");
    buf_char(&h->out, '\n');
}

static const FieldInfo *field_of(const Ask *a, const Expr *e)
{
    const Expr *in = e;

    while (in && in->op == EX_LET)
        in = in->args[0];
    if (in && in->op == EX_INPUT && in->index < a->c.program->inputs_count)
        return field_info(a->c.program->inputs[in->index].field);
    return in && in->op == EX_TOKEN_FIELD ? field_info((uint8_t)in->index) : NULL;
}

/* ---- what a name stands for ------------------------------------------------------------------- */

static void put_param(Hover *h, const Param *p)
{
    Span range;

    if (!p) return;
    buf_fmt(&h->out, "\n%S · fixed during a run · %S", say_type(h->ask, p->type), p->spelled);
    range = source_text(h->ask->c.sources, p->range_place);
    if (p->has_range && range.len) buf_fmt(&h->out, " in %S", range);
    buf_char(&h->out, '\n');
}

static void put_state(Hover *h, const State *s)
{
    static const char *const lives[] = {[STATE_RUN] = "lasts for the run",
                                        [STATE_DAY] = "starts anew each day",
                                        [STATE_SLOT] = "starts anew each slot"};

    if (!s) return;
    buf_fmt(&h->out, "\n%S · %s · %s\n", say_type(h->ask, s->type),
            s->wallet ? "per wallet" : "shared", lives[s->life]);
}

static void put_market(Hover *h, const Market *m)
{
    if (!m) return;
    buf_char(&h->out, '\n');
    sentence_market(&h->ask->c, m, &h->out);
}

static const Expr *show_value(const Ask *a, const Node *n)
{
    const Program *p = a->c.program;

    for (uint32_t i = 0; p && i < p->shows_count; i++)
        if (place_is_same(p->shows[i].place, n->place)) return p->shows[i].value;
    return NULL;
}

static void put_meaning(Hover *h, const Symbol *s)
{
    const Let *let;

    switch (s->kind) {
    case SYM_LET:
        let = ask_let(h->ask, s->node);
        if (let) put_value(h, let->value);
        break;
    case SYM_PARAM:
        put_param(h, ask_param(h->ask, s->node));
        break;
    case SYM_STATE:
        put_state(h, ask_state(h->ask, s->node));
        break;
    case SYM_MARKET:
        put_market(h, ask_market(h->ask, s->node));
        break;
    case SYM_SHOW:
        put_value(h, show_value(h->ask, s->node));
        break;
    case SYM_REASON:
        put_str(h, "the reason of an order that was refused");
        break;
    case SYM_COUNTER:
        put_str(h, "a whole number, one for each round");
        break;
    default:
        break;
    }
}

static void hover_symbol(Hover *h, const NameUse *u)
{
    const Symbol *s = &h->ask->names.symbols.items[u->symbol];
    char mem[512];
    Buf head;

    h->at = u->at;
    buf_init_fixed(&head, mem, sizeof mem);
    if (s->kind == SYM_DEF) {
        buf_str(&head, "def ");
        definition_put(s->node, &head);
    } else if (s->kind == SYM_COUNTER || s->kind == SYM_INPUT || s->kind == SYM_REASON) {
        buf_fmt(&head, "%s %S", symbol_says(s->kind), s->name);
    } else {
        buf_span_put(&head, first_line(h->ask, s->node->place));
    }
    put_code(h, buf_span(&head));
    put_meaning(h, s);
    put_part(h, symbol_doc(h->ask, s));
    if (s->at.file != 0)
        buf_fmt(&h->out, "\nfrom `%S`\n", sources_get(h->ask->c.sources, s->at.file)->name);
}

/* ---- values ----------------------------------------------------------------------------------- */

static void hover_value(Hover *h, const Node *n)
{
    const Expr *e = ask_expr(h->ask, n->place);

    if (!e) return;
    h->at = n->place;
    put_code(h, first_line(h->ask, n->place));
    put_value(h, e);
    put_field(h, field_of(h->ask, e));
}

/* A share, or a word that names no value: what the catalogue says. */
static void hover_path(Hover *h, const Node *n)
{
    const Node *last = n->kid_count ? n->kids[n->kid_count - 1] : NULL;

    hover_value(h, n);
    if (h->out.len || !last) return;
    h->at = n->place;
    if (outcome_of(last->name) >= 0) {
        put_code(h, first_line(h->ask, n->place));
        put_str(h, "a share that pays $1 when this outcome wins, and nothing otherwise");
    }
}

static bool hover_call(Hover *h, const Node *n, uint32_t offset)
{
    const Function *f = function_find(n->name);
    const Expr *e = ask_expr(h->ask, n->place);
    char mem[256];
    Buf head;

    if (offset > n->name_at.end || !f) return false;
    buf_init_fixed(&head, mem, sizeof mem);
    function_put(f, &head);
    h->at = n->name_at;
    put_code(h, buf_span(&head));
    put_str(h, f->sentence);
    put_value(h, e);
    return true;
}

/* ---- rules, limits, words --------------------------------------------------------------------- */

static void hover_rule(Hover *h, const Node *n)
{
    const Rule *r = ask_rule(h->ask, n);
    Span doc = node_doc(h->ask->arena, n);

    if (!r) return;
    h->at = place_at(0, n->place.begin, n->place.begin + 4);
    if (n->op == AST_RULE_ON) h->at.end = n->place.begin + 2;
    if (n->op == AST_RULE_WHILE) h->at.end = n->place.begin + 5;
    put_part(h, doc);
    buf_str(&h->out, "\n```text\n");
    sentence_rule(&h->ask->c, r, &h->out);
    buf_str(&h->out, "```\n");
    if (r->cond) put_value(h, r->cond);
}

static void hover_limit(Hover *h, const Node *n)
{
    const Expr *e = node_kid(n, 0) ? ask_expr(h->ask, n->kids[0]->place) : NULL;

    h->at = n->place;
    put_code(h, first_line(h->ask, n->place));
    put_value(h, e);
}

static void hover_word(Hover *h, uint32_t offset)
{
    size_t count;
    const Lexeme *words = ask_words(h->ask, &count);

    for (size_t i = 0; i < count; i++) {
        Span word = word_text(h->ask, words[i]);

        if (words[i].kind != LEX_WORD || offset < words[i].begin || offset > words[i].end) continue;
        for (size_t k = 0; k < word_count(); k++) {
            bool is_reserved;
            const char *hint;

            if (!span_eq_str(word, word_at(k, &is_reserved, &hint))) continue;
            h->at = place_at(0, words[i].begin, words[i].end);
            buf_clear(&h->out);
            buf_fmt(&h->out, "**%S**: %s\n", word, hint);
        }
    }
}

/* Is the offset on the first word of the node? */
static bool is_on_head(const Ask *a, const Node *n, uint32_t offset)
{
    for (uint32_t i = n->place.begin; i < offset && i < a->text.len; i++)
        if (span_is_space(a->text.ptr[i])) return false;
    return true;
}

static void hover_node(Hover *h, const Trail *t, uint32_t offset)
{
    const Node *n = trail_leaf(t);

    if (node_is(n, NODE_WORD)) n = trail_last(t, NODE_PATH);
    if (!n) return;
    if (n->kind == NODE_PATH)
        hover_path(h, n);
    else if (n->kind == NODE_RULE && is_on_head(h->ask, n, offset))
        hover_rule(h, n);
    else if (n->kind == NODE_LIMIT)
        hover_limit(h, n);
    else if (n->kind == NODE_CALL && hover_call(h, n, offset))
        return;
    else if (node_is_value(n))
        hover_value(h, n);
}

AskHover ask_hover(Ask *a, uint32_t offset)
{
    Hover h = {.ask = a};
    const NameUse *u;
    Trail t;

    buf_init(&h.out, a->arena, TEXT_MAX);
    u = names_at(ask_names(a), offset);
    trail_find(&t, a->c.tree, offset);
    if (u)
        hover_symbol(&h, u);
    else
        hover_node(&h, &t, offset);
    if (!h.out.len) hover_word(&h, offset);
    return (AskHover){h.at, span_trim(buf_span(&h.out))};
}
