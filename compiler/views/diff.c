/* diff.c — see diff.h. */
#include "compiler/views/diff.h"

#include "compiler/views/text_write.h"
#include "vm/base/json.h"
#include "vm/base/vec.h"
#include "vm/image.h"

typedef struct Item {
    const char *kind;
    Span name, text; /* text on one line, single spaces */
    Place at;
    uint16_t node, op; /* op of a rule: when, while, on */
    bool is_matched;
} Item;

typedef struct Side {
    Arena *arena;
    const Sources *sources;
    VEC(Item) items;
} Side;

/* ---- items ------------------------------------------------------------------------------------ */

/* The words of a text with one space between them; comments left out. */
static Span one_line(Arena *arena, Span text)
{
    bool in_comment = false, in_string = false, wants_space = false;
    Buf out;

    buf_init(&out, arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];

        if (in_comment && ch != '\n') continue;
        in_comment = ch == '#' && !in_string;
        if (in_comment || (span_is_space(ch) && !in_string)) {
            wants_space = out.len > 0;
            continue;
        }
        if (wants_space) buf_char(&out, ' ');
        wants_space = false;
        buf_char(&out, ch);
        if (ch == '"') in_string = !in_string;
        if (ch == '\\' && in_string && i + 1 < text.len) buf_char(&out, text.ptr[++i]);
    }
    return buf_span(&out);
}

static bool is_readable(const Node *n)
{
    if (n->kind == NODE_BAD || n->flags & NF_BAD) return false;
    for (uint32_t i = 0; i < n->kid_count; i++)
        if (n->kids[i] && !is_readable(n->kids[i])) return false;
    return true;
}

static void add(Side *s, const char *kind, Span name, const Node *n)
{
    Buf text;

    buf_init(&text, s->arena, SOURCE_MAX_BYTES);
    if (is_readable(n))
        text_write_item(&text, n, s->arena);
    else
        buf_span_put(&text, source_text(s->sources, n->place));
    vec_push(s->arena, &s->items,
             (Item){.kind = kind,
                    .name = name,
                    .text = one_line(s->arena, buf_span(&text)),
                    .at = n->place,
                    .node = n->kind,
                    .op = n->op});
}

/* A limit goes by its words and its period: `max loss per day`. */
static Span limit_name(Arena *arena, const Node *limit)
{
    Buf name;

    buf_init(&name, arena, 64);
    buf_str(&name, limit_op_words((LimitOp)limit->op));
    if (limit->op2) buf_fmt(&name, " %s", per_op_words((PerOp)limit->op2));
    return buf_span(&name);
}

static void add_risk(Side *s, const Node *risk)
{
    for (uint32_t i = 0; i < risk->kid_count; i++)
        add(s, "limit", limit_name(s->arena, risk->kids[i]), risk->kids[i]);
}

/* Tests and the layout change nothing that trades. */
static void add_item(Side *s, const Node *n)
{
    static const char *const kinds[NODE_KIND_COUNT] = {
        [NODE_MARKET] = "market", [NODE_LEADER] = "leader", [NODE_ACCOUNT] = "account",
        [NODE_FEED] = "feed",     [NODE_PARAM] = "param",   [NODE_LET] = "let",
        [NODE_STATE] = "state",   [NODE_DEF] = "def",       [NODE_SHOW] = "show",
        [NODE_ALWAYS] = "always", [NODE_USE] = "use",       [NODE_RULE] = "rule"};

    if (n->kind == NODE_RISK)
        add_risk(s, n);
    else if (n->kind == NODE_RULE)
        add(s, "rule", node_label(n), n);
    else if (n->kind == NODE_USE)
        add(s, "use", n->kids[KID_USE_PATH]->text, n);
    else if (kinds[n->kind])
        add(s, kinds[n->kind], n->name, n);
}

static void add_all(Side *s, const Node *file)
{
    for (uint32_t i = KID_FILE_ITEMS; i < file->kid_count && !arena_is_full(s->arena); i++)
        add_item(s, file->kids[i]);
}

/* ---- matching --------------------------------------------------------------------------------- */

/* Looks behind the last one that was found first: most files keep their order. */
static Item *find_equal(Side *in, const Item *want, size_t *from)
{
    for (size_t n = 0; n < in->items.count; n++) {
        size_t i = (*from + n) % in->items.count;
        Item *it = &in->items.items[i];

        if (it->is_matched || it->node != want->node || !span_is(it->text, want->text)) continue;
        *from = i + 1;
        return it;
    }
    return NULL;
}

static Item *find_named(Side *in, const Item *want)
{
    for (size_t i = 0; want->name.len && i < in->items.count; i++) {
        Item *it = &in->items.items[i];

        if (!it->is_matched && it->node == want->node && span_is(it->name, want->name)) return it;
    }
    return NULL;
}

static size_t count_like(const Side *in, const Item *want)
{
    size_t n = 0;

    for (size_t i = 0; i < in->items.count; i++) {
        const Item *it = &in->items.items[i];

        n += !it->is_matched && !it->name.len && it->node == want->node && it->op == want->op;
    }
    return n;
}

/* Without a name: when as many of one sort are left on both sides, they are taken in order. */
static Item *find_like(const Side *own, Side *in, const Item *want)
{
    if (want->name.len || count_like(own, want) != count_like(in, want)) return NULL;
    for (size_t i = 0; i < in->items.count; i++) {
        Item *it = &in->items.items[i];

        if (!it->is_matched && !it->name.len && it->node == want->node && it->op == want->op)
            return it;
    }
    return NULL;
}

typedef struct Result {
    Arena *arena;
    VEC(DiffItem) items;
} Result;

static void tell(Result *r, DiffChange change, const Item *from, const Item *to)
{
    const Item *any = from ? from : to;
    DiffItem item = {.change = change, .kind = any->kind, .name = any->name};

    if (from) item.before = from->text;
    if (from) item.before_at = from->at;
    if (to) item.after = to->text;
    if (to) item.after_at = to->at;
    vec_push(r->arena, &r->items, item);
}

static void match_equal(Side *a, Side *b)
{
    size_t from = 0;

    for (size_t i = 0; i < a->items.count; i++) {
        Item *to = find_equal(b, &a->items.items[i], &from);

        if (to) a->items.items[i].is_matched = to->is_matched = true;
    }
}

static void match_changed(Result *r, Side *a, Side *b)
{
    for (size_t i = 0; i < a->items.count; i++) {
        Item *from = &a->items.items[i], *to;

        if (from->is_matched) continue;
        to = find_named(b, from);
        if (!to) to = find_like(a, b, from);
        if (!to) continue;
        from->is_matched = to->is_matched = true;
        tell(r, DIFF_CHANGED, from, to);
    }
}

static void tell_left(Result *r, const Side *s, DiffChange change)
{
    for (size_t i = 0; i < s->items.count; i++) {
        const Item *it = &s->items.items[i];

        if (!it->is_matched)
            tell(r, change, change == DIFF_REMOVED ? it : NULL, change == DIFF_ADDED ? it : NULL);
    }
}

/* True when the machine would do the same: the hash covers code, tables and names that matter. */
static bool is_same_image(const Compilation *a, const Compilation *b, Arena *arena)
{
    Refusal why = {0};
    const Image *x = image_load(a->image, arena, &why), *y = image_load(b->image, arena, &why);

    return x && y && memcmp(x->semantic_hash, y->semantic_hash, sizeof x->semantic_hash) == 0;
}

Diff diff_make(const Compilation *a, const Compilation *b, Arena *arena)
{
    Side left = {.arena = arena, .sources = a->sources};
    Side right = {.arena = arena, .sources = b->sources};
    Result r = {.arena = arena};
    Diff d = {.is_same = false};

    add_all(&left, a->tree);
    add_all(&right, b->tree);
    match_equal(&left, &right);
    match_changed(&r, &left, &right);
    tell_left(&r, &left, DIFF_REMOVED);
    tell_left(&r, &right, DIFF_ADDED);
    d.items = r.items.items;
    d.count = r.items.count;
    d.is_same = a->image.len && b->image.len ? is_same_image(a, b, arena) : !d.count;
    return d;
}

/* ---- telling ---------------------------------------------------------------------------------- */

static const char *const change_names[] = {"changed", "removed", "added"};

static void put_item(Buf *out, const DiffItem *it)
{
    buf_fmt(out, "%s %s%s%S\n", change_names[it->change], it->kind, it->name.len ? " " : "",
            it->name);
    if (it->before.len) buf_fmt(out, "  - %S\n", it->before);
    if (it->after.len) buf_fmt(out, "  + %S\n", it->after);
}

void diff_put_text(Buf *out, const Diff *d)
{
    if (d->is_same || !d->count)
        buf_fmt(out, "%s\n", diag_text(d->is_same ? T_DIFF_SAME : T_DIFF_ORDER));
    for (size_t i = 0; i < d->count && !d->is_same; i++)
        put_item(out, &d->items[i]);
}

static void put_text_or_null(JsonWriter *w, Span key, Span text)
{
    json_write_key(w, key);
    if (text.len)
        json_write_string(w, text);
    else
        json_write_null(w);
}

void diff_put_json(Buf *out, const Diff *d)
{
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    json_write_key(&w, SPAN("same"));
    json_write_bool(&w, d->is_same);
    json_write_key(&w, SPAN("changes"));
    json_write_array(&w);
    for (size_t i = 0; i < d->count; i++) {
        const DiffItem *it = &d->items[i];

        json_write_object(&w);
        json_write_key(&w, SPAN("change"));
        json_write_string(&w, span_str(change_names[it->change]));
        json_write_key(&w, SPAN("kind"));
        json_write_string(&w, span_str(it->kind));
        put_text_or_null(&w, SPAN("name"), it->name);
        put_text_or_null(&w, SPAN("before"), it->before);
        put_text_or_null(&w, SPAN("after"), it->after);
        json_write_object_end(&w);
    }
    json_write_array_end(&w);
    json_write_object_end(&w);
    buf_char(out, '\n');
}
