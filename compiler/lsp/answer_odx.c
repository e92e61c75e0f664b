/* answer_odx.c — requests of our own: the document in another notation, what it costs, what needs an engine.
 *
 * odx/form, odx/graph and odx/text are two-way: without a `document` they give it with the version it stands for; with
 * one they give the edits that make the open document say the same.  A version that is no longer the one
 * that was seen is refused, so that canvas and text never overwrite each other. */
#include "compiler/lsp/server.h"

#include "compiler/views/document.h"
#include "vm/base/fmt.h"
#include "vm/verify.h"

enum { DOCUMENT_MAX = 4 << 20, RPC_MODIFIED = -32801 };

/* ---- another notation ------------------------------------------------------------------------- */

static void put_finding(Call *c, const Diag *d)
{
    open_object(c);
    put_string(c, "code", span_str(diag_info(d->code)->code));
    put_string(c, "level", span_str(diag_level_name(d->level)));
    put_string(c, "message", d->title);
    if (d->graph) put_string(c, "pointer", d->graph->pointer);
    put_int(c, "begin", d->place.begin);
    put_int(c, "end", d->place.end);
    close_object(c);
}

static void put_findings(Call *c, const Conversion *made)
{
    put_key(c, "findings");
    open_array(c);
    for (size_t i = 0; i < diags_count(made->diags); i++)
        put_finding(c, diags_get(made->diags, i));
    for (size_t i = 0; i < diags_count(made->lost); i++)
        put_finding(c, diags_get(made->lost, i));
    close_array(c);
}

/* The document as it is, in that notation. */
static void give(Call *c, Notation to)
{
    Conversion made = compile_convert(c->doc->name, c->ask->text, to, c->arena);

    open_object(c);
    put_int(c, "version", c->doc->version);
    put_key(c, "document");
    if (!made.text.len)
        json_write_null(c->w);
    else if (to == NOTATION_TEXT)
        json_write_string(c->w, made.text);
    else
        json_write_raw(c->w, made.text);
    put_findings(c, &made);
    close_object(c);
}

/* What the open document is written in. */
static Notation own_notation(const Call *c)
{
    const JsonValue *root, *mode;

    if (!document_is_json(c->doc->name, c->ask->text)) return NOTATION_TEXT;
    root = json_tree_read(c->arena, 0, c->ask->text).root;
    mode = json_member(root, "mode");
    if (mode) return span_eq_str(mode->text, "node") ? NOTATION_GRAPH : NOTATION_FORM;
    return json_member(root, "nodes") ? NOTATION_GRAPH : NOTATION_FORM;
}

/* The open document shall say what `sent` says. */
static void take(Call *c, const JsonValue *sent, Notation from)
{
    Notation to = own_notation(c);
    Span text = from == NOTATION_TEXT ? sent->text : wire_raw(c, sent);
    Conversion made = compile_convert(from == NOTATION_TEXT ? SPAN("sent.odx") : SPAN("sent.json"),
                                      text, to, c->arena);
    Changes edits = changes_new(c->arena, c->ask->text);

    if (made.text.len) edits = changes_between(c->arena, c->ask->text, made.text);
    open_object(c);
    put_int(c, "version", c->doc->version);
    put_key(c, "edits");
    if (made.text.len)
        put_edits(c, &edits);
    else
        json_write_null(c->w);
    put_findings(c, &made);
    close_object(c);
}

static void convert(Call *c, Notation notation)
{
    const JsonValue *sent = json_member(c->params, "document");
    int64_t version = wire_int(json_member(c->params, "textDocument"), "version", c->doc->version);
    JsonKind wanted = notation == NOTATION_TEXT ? JSON_STRING : JSON_OBJECT;

    if (!sent)
        give(c, notation);
    else if (version != c->doc->version)
        call_refuse(c, (RpcError)RPC_MODIFIED, "the document has changed since");
    else if (sent->kind != wanted)
        call_refuse(c, RPC_PARAMS, "`document` is a text for odx/text, an object otherwise");
    else
        take(c, sent, notation);
}

void answer_form(Call *c)
{
    convert(c, NOTATION_FORM);
}

void answer_graph(Call *c)
{
    convert(c, NOTATION_GRAPH);
}

void answer_text(Call *c)
{
    convert(c, NOTATION_TEXT);
}

/* ---- cost ------------------------------------------------------------------------------------- */

static void put_certificate(Call *c, Span image)
{
    Refusal why = {0};
    Refuser refuser = {.why = &why};
    Certificate cert = {0};
    const Image *img = image_load(image, c->arena, &why);
    Buf b;

    buf_init(&b, c->arena, 1 << 16);
    if (img && verify_image(img, c->arena, &refuser, &cert)) certificate_put(img, &cert, &b);
    put_string(c, "text", buf_span(&b));
}

void answer_cost(Call *c)
{
    const Compilation *made = &c->ask->c;

    if (!made->image.len) return; /* null: there is no image */
    open_object(c);
    put_int(c, "version", c->doc->version);
    put_int(c, "words", made->cost);
    put_int(c, "bytes", (int64_t)made->image.len);
    put_certificate(c, made->image);
    close_object(c);
}

/* ---- what needs an engine --------------------------------------------------------------------- */

/* `fired` of all tests together is what the lens above the rules says. */
static void remember_reached(Call *c, Span result)
{
    const JsonValue *fired = json_member(json_tree_read(c->arena, 0, result).root, "fired");

    if (!fired || fired->kind != JSON_ARRAY || wire_text(c->params, "only").len) return;
    c->doc->rules = fired->count;
    c->doc->reached = 0;
    JSON_EACH(fired, n)
    c->doc->reached += n->number > 0;
    if (c->lsp->has_lens_refresh) call_request(c->lsp, "workspace/codeLens/refresh");
}

enum { WORDS_MAX = 64 };

/* A text, or a list of texts. */
static const char **words_of(Call *c, const char *key, size_t *ret_count)
{
    const JsonValue *v = json_member(c->params, key);
    bool is_list = v && v->kind == JSON_ARRAY;
    const char **words = arena_array(c->arena, const char *, WORDS_MAX);

    *ret_count = 0;
    if (arena_is_full(c->arena)) return words;
    if (v && v->kind == JSON_STRING) words[(*ret_count)++] = arena_span(c->arena, v->text).ptr;
    if (is_list) JSON_EACH(v, word)
    if (word->kind == JSON_STRING && *ret_count < WORDS_MAX)
        words[(*ret_count)++] = arena_span(c->arena, word->text).ptr;
    return words;
}

/* What the host's engine makes of it, on c->arena; empty after a refusal. */
static Span run_it(Call *c, LspRun *r)
{
    const LspHost *h = &c->lsp->host;
    ModuleLoader *ld = arena_new(c->arena, ModuleLoader);
    Buf out;

    buf_init(&out, c->arena, DOCUMENT_MAX);
    if (arena_is_full(c->arena)) return (Span){NULL, 0};
    *ld = (ModuleLoader){c->lsp, c->arena, c->doc->name, NULL};
    r->method = c->method;
    r->name = c->doc->name;
    r->text = document_text(c->doc);
    r->load = loader_load;
    r->ctx = ld;
    if (!h->run) {
        call_refuse(c, RPC_FAILED, "there is no engine here: nothing can be run");
    } else if (!h->run(h->ctx, r, &out)) {
        call_refuse(c, RPC_FAILED, out.len ? buf_cstr(&out) : "this cannot be run");
    }
    return c->refusal ? (Span){NULL, 0} : buf_span(&out);
}

void answer_test(Call *c)
{
    LspRun r = {.only = wire_text(c->params, "only"), .rule = -1};
    Span result = run_it(c, &r);

    if (!result.len) return;
    json_write_raw(c->w, result);
    remember_reached(c, result);
}

/* ---- why -------------------------------------------------------------------------------------- */

/* The rule that stands at c->at; -1: none. */
static int32_t rule_at(const Call *c)
{
    const Program *p = c->ask->c.program;

    for (uint32_t i = 0; p && i < p->rules_count; i++)
        if (p->rules[i].place.file == 0 && p->rules[i].place.begin <= c->at &&
            c->at <= p->rules[i].place.end)
            return (int32_t)i;
    return -1;
}

static Span rule_word(Call *c)
{
    const JsonValue *rule = json_member(c->params, "rule");

    if (!rule || rule->kind == JSON_STRING) return wire_text(c->params, "rule");
    return rule->kind == JSON_NUMBER ? wire_raw(c, rule) : (Span){NULL, 0};
}

static void put_part(Call *c, const char *key, Span of, const JsonValue *v)
{
    put_key(c, key);
    json_write_raw(c->w,
                   v ? span_sub(of, v->place.begin, v->place.end - v->place.begin) : SPAN("null"));
}

void answer_why(Call *c)
{
    const JsonValue *position = json_member(c->params, "position");
    LspRun r = {.at = wire_text(c->params, "at"), .rule_word = rule_word(c), .rule = -1};
    const JsonValue *told;
    Span result;

    r.data = words_of(c, "data", &r.data_count);
    r.params = words_of(c, "params", &r.param_count);
    if (position && !r.rule_word.len) {
        c->at = position_to_offset(c->lsp, c->doc, wire_position(position));
        r.rule = rule_at(c);
        if (r.rule < 0) call_refuse(c, RPC_FAILED, "no rule stands here");
    }
    if (diags_has_errors(c->ask->c.diags))
        call_refuse(c, RPC_FAILED, "a strategy with errors does not run");
    result = c->refusal ? (Span){NULL, 0} : run_it(c, &r);
    if (!result.len) return;
    told = json_tree_read_up_to(c->arena, 0, result, DOCUMENT_MAX).root;
    document_replayed(c->lsp, c->doc, wire_text(told, "test"));
    open_object(c);
    put_int(c, "version", c->doc->version);
    put_part(c, "rules", result, json_member(told, "rules"));
    put_part(c, "test", result, json_member(told, "test"));
    close_object(c);
}
