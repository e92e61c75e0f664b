/* document.c — see document.h: the mode, and the findings every document can have. */
#include "compiler/views/document_private.h"

#include "compiler/sema/checker.h"
#include "compiler/views/migrate.h"
#include "vm/base/utf8.h"

bool document_is_json(Span name, Span text)
{
    if (span_ends(name, SPAN(".json"))) return true;
    if (span_ends(name, SPAN(".odx"))) return false;
    text = span_trim(text);
    return text.len && text.ptr[0] == '{';
}

static bool is_mode(Span word)
{
    return span_eq_str(word, "form") || span_eq_str(word, "node");
}

/* By its mode, or by what only one of the two has. */
static bool looks_like_one(const JsonValue *root)
{
    const JsonValue *mode = json_member(root, "mode");

    if (mode) return mode->kind == JSON_STRING && is_mode(mode->text);
    return (json_member(root, "conditions") && json_member(root, "action")) ||
           (json_member(root, "nodes") && json_member(root, "edges"));
}

/* `"mode": "form"` somewhere in what is not JSON yet, or no longer. */
static bool names_mode(Span text)
{
    for (;;) {
        size_t at = span_find(text, SPAN("\"mode\""));
        Span rest;

        if (at == SPAN_NONE_AT) return false;
        text = span_from(text, at + 6);
        rest = span_trim(text);
        if (!rest.len || rest.ptr[0] != ':') continue;
        rest = span_trim(span_from(rest, 1));
        if (span_starts(rest, SPAN("\"form\"")) || span_starts(rest, SPAN("\"node\""))) return true;
    }
}

bool document_is_strategy(Span text, Arena *scratch)
{
    ArenaMark mark = arena_mark(scratch);
    JsonTree t = json_tree_read(scratch, 0, text);
    bool is = t.root ? looks_like_one(t.root) : names_mode(text);

    arena_release(scratch, mark);
    return is;
}

Span document_format(Span text, Arena *arena)
{
    JsonTree t = json_tree_read(arena, 0, text);
    Buf b;

    if (!t.root || !looks_like_one(t.root) || doc_version(t.root) > DOC_VERSION)
        return (Span){NULL, 0};
    buf_init(&b, arena, 8 * JSON_SIZE_MAX);
    json_layout(&b, t.root);
    return buf_is_full(&b) ? (Span){NULL, 0} : arena_span(arena, buf_span(&b));
}

/* ---- findings --------------------------------------------------------------------------------- */

/* The node or edge of a graph that the value is in. */
static void name_member(Diag *d, const JsonValue *v)
{
    for (; v && v->parent && v->parent->parent; v = v->parent) {
        const JsonValue *id = json_member(v, "id");

        if (v->parent->kind != JSON_ARRAY || v->parent->parent->parent) continue;
        if (!id || id->kind != JSON_STRING) continue;
        if (span_eq_str(v->parent->key, "nodes")) diag_graph_node(d, id->text);
        if (span_eq_str(v->parent->key, "edges")) diag_graph_edge(d, id->text);
    }
}

Diag *doc_point(Doc *doc, const JsonValue *at, Diag *d)
{
    diag_graph(d, json_pointer(doc->arena, at));
    name_member(d, at);
    return d;
}

void document_point(Arena *arena, const Sources *sources, Diags *diags)
{
    const Source *s = sources_get(sources, 0);
    JsonPlaces places = {0};
    JsonTree tree;

    if (!s || !s->is_json || s->text.len > JSON_SIZE_MAX || !diags_count(diags)) return;
    tree = json_tree_read(arena, s->file, s->text);
    if (tree.root) places = json_places(tree.root, arena);
    if (!tree.root || arena_is_full(arena)) return;
    for (size_t i = 0; i < diags_count(diags); i++) {
        Diag *d = (Diag *)(uintptr_t)diags_get(diags, i);
        const JsonValue *v;

        if (d->graph || d->place.file != s->file) continue;
        v = json_at(&places, d->place);
        for (DiagHelp *h = d->helps; h; h = h->next) {
            h->edits = NULL; /* they would write words of the text into the JSON */
            h->fix = FIX_NONE;
        }
        diag_graph(d, json_pointer(arena, v));
        name_member(d, v);
    }
}

void doc_wrong(Doc *doc, const JsonValue *v, const char *wanted)
{
    diag_label(doc_diag(doc, ODX101, v, v->place, T_JSON_WRONG_KIND), T_JSON_WANTED,
               arg_str(wanted));
}

bool doc_is(Doc *doc, const JsonValue *v, JsonKind kind)
{
    static const char *const says[] = {[JSON_OBJECT] = "an object",
                                       [JSON_ARRAY] = "a list",
                                       [JSON_STRING] = "a text in quotes",
                                       [JSON_NUMBER] = "a number"};

    if (!v || v->kind == kind) return v != NULL;
    doc_wrong(doc, v, says[kind]);
    return false;
}

const JsonValue *doc_need(Doc *doc, const JsonValue *object, const char *key)
{
    const JsonValue *v = json_member(object, key);
    uint32_t begin = object->place.begin;

    if (!v)
        doc_diag(doc, ODX602, object, place_at(object->place.file, begin, begin + 1),
                 T_JSON_MISSING, arg_str(key));
    return v;
}

static void list_words(Diag *d, Arena *arena, DocKeys words)
{
    Buf b;

    buf_init(&b, arena, 4096);
    for (size_t i = 0; words[i]; i++)
        if (!span_starts(span_str(words[i]), SPAN("x-")))
            buf_fmt(&b, "%s`%s`", b.len ? ", " : "", words[i]);
    diag_fact(d, T_JSON_WORDS, arg_text(buf_span(&b)));
}

/* The text between the quotes is the nearest word instead. */
static void offer(Diag *d, Span written, Place quoted, DocKeys words)
{
    Near near = near_start(written);

    for (size_t i = 0; words[i]; i++)
        near_try(&near, span_str(words[i]));
    if (!near_best(&near).len) return;
    diag_fix(d, FIX_SAFE, T_DID_YOU_MEAN, arg_text(near_best(&near)));
    diag_edit(d, place_at(quoted.file, quoted.begin + 1, quoted.end - 1), near_best(&near));
}

void doc_unknown_word(Doc *doc, const JsonValue *v, DocKeys words)
{
    Diag *d = doc_diag(doc, ODX601, v, v->place, T_JSON_UNKNOWN_WORD, arg_text(v->text));

    list_words(d, doc->arena, words);
    offer(d, v->text, v->place, words);
}

int doc_word(Doc *doc, const JsonValue *v, DocKeys words)
{
    if (!doc_is(doc, v, JSON_STRING)) return -1;
    for (int i = 0; words[i]; i++)
        if (span_eq_str(v->text, words[i])) return i;
    doc_unknown_word(doc, v, words);
    return -1;
}

void doc_keep(Doc *doc, const JsonValue *v)
{
    vec_push(doc->arena, &doc->kept, v);
}

void doc_absent(Doc *doc, const char *key)
{
    vec_push(doc->arena, &doc->absent, span_str(key));
}

void doc_said(Doc *doc, const JsonValue *v)
{
    vec_push(doc->arena, &doc->said, v);
}

bool doc_is_of_graph(Span pointer)
{
    return span_starts(pointer, SPAN("/nodes")) || span_starts(pointer, SPAN("/edges")) ||
           span_is(pointer, SPAN("/viewport"));
}

bool doc_allow(Doc *doc, const JsonValue *at, const JsonValue *object, Span text)
{
    Position first = source_position(doc->source, object->place.begin);
    Position last = source_position(doc->source, object->place.end);
    Span code;

    if (!span_cut(&text, ' ', &code)) return false;
    text = span_trim(text);
    if (span_starts(text, SPAN("because "))) text = span_trim(span_from(text, 8));
    diags_allow(doc->diags, code, text, at->place, first.line, last.line);
    return true;
}

bool doc_is_foreign(Span key)
{
    return span_is(key, SPAN("ui")) || span_starts(key, SPAN("x-"));
}

void doc_check_keys(Doc *doc, const JsonValue *object, DocKeys keys)
{
    JSON_EACH(object, v)
    {
        bool is_known = span_eq_str(v->key, "x-notes");
        Diag *d;

        for (size_t i = 0; keys[i]; i++)
            is_known = is_known || span_eq_str(v->key, keys[i]);
        if (span_eq_str(v->key, "x-odx-allow") && doc_is(doc, v, JSON_STRING))
            (void)doc_allow(doc, v, object, v->text);
        if (is_known) continue;
        if (doc_is_foreign(v->key)) {
            doc_keep(doc, v);
            continue;
        }
        d = doc_diag(doc, ODX601, v, v->key_place, T_JSON_UNKNOWN_KEY, arg_text(v->key));
        list_words(d, doc->arena, keys);
        offer(d, v->key, v->key_place, keys);
    }
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void report_mistake(Doc *doc, const JsonTree *t)
{
    bool is_limit =
        t->reason == JSON_TOO_DEEP || t->reason == JSON_TOO_LARGE || t->reason == JSON_NO_MEMORY;
    Diag *d = diag_add(doc->diags, is_limit ? ODX702 : ODX001, t->place,
                       is_limit ? T_JSON_TOO_BIG : T_JSON_BROKEN);

    diag_label(d, T_PLAIN, arg_text(json_reason_text(t->reason)));
    diag_graph(d, (Span){0});
}

static void check_numbers(Doc *doc, const JsonValue *v)
{
    if (v->is_inexact) doc_diag(doc, ODX001, v, v->place, T_JSON_INEXACT, arg_text(v->text));
    JSON_EACH(v, item) check_numbers(doc, item);
}

static bool is_graph(Doc *doc)
{
    static DocKeys modes = {"form", "node", NULL};
    const JsonValue *mode = json_member(doc->root, "mode");

    if (mode) return doc_word(doc, mode, modes) == 1;
    if (!json_member(doc->root, "conditions") && !json_member(doc->root, "nodes"))
        (void)doc_need(doc, doc->root, "mode");
    return json_member(doc->root, "nodes") != NULL;
}

static Node *empty_file(Arena *arena, uint16_t file)
{
    return node_new(arena, NODE_FILE, place_at(file, 0, 0), 1);
}

Node *document_read(Parse *p, uint16_t file, bool has_layout)
{
    Doc doc = {.parse = p, .arena = p->arena, .diags = p->diags, .has_layout = has_layout};
    JsonTree t;

    doc.source = sources_get(p->sources, file);
    t = json_tree_read(p->arena, file, doc.source->text);
    doc.root = t.root;
    if (!t.root) report_mistake(&doc, &t);
    if (!t.root || !doc_is(&doc, t.root, JSON_OBJECT)) return empty_file(p->arena, file);
    check_numbers(&doc, t.root);
    if (!doc_migrate(&doc)) return empty_file(p->arena, file);
    doc.is_graph = is_graph(&doc);
    return doc.is_graph ? graph_read(&doc) : form_read(&doc);
}
