/* ast.c — see ast.h. */
#include "compiler/tree/ast.h"

#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/bug.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

static const struct {
    const char *kids, *says;
} kinds[NODE_KIND_COUNT] = {
    {"", "nothing"},
#define NODE(kind, kids, says) {kids, says},
#include "compiler/tree/nodes.def"
#undef NODE
};

static const char *const kind_names[NODE_KIND_COUNT] = {
    "NONE",
#define NODE(kind, kids, says) #kind,
#include "compiler/tree/nodes.def"
#undef NODE
};

static const char *const limit_words[AST_LIMIT_OP_COUNT] = {
    [AST_LIMIT_STOP_LOSS] = "stop loss",
    [AST_LIMIT_TAKE_PROFIT] = "take profit",
    [AST_LIMIT_TRAILING_STOP] = "trailing stop",
    [AST_LIMIT_TIME_STOP] = "time stop",
    [AST_LIMIT_MAX_POSITION] = "max position",
    [AST_LIMIT_MAX_EXPOSURE] = "max exposure",
    [AST_LIMIT_MAX_TRADES] = "max trades",
    [AST_LIMIT_MAX_LOSS] = "max loss",
    [AST_LIMIT_MAX_DRAWDOWN] = "max drawdown",
    [AST_LIMIT_MAX_OPEN] = "max open",
    [AST_LIMIT_MAX_LEVERAGE] = "max leverage",
    [AST_LIMIT_NO_ENTRY_WHEN] = "no entry when",
    [AST_LIMIT_EXIT_WHEN] = "exit when",
    [AST_LIMIT_COOLDOWN] = "cooldown",
    [AST_LIMIT_HOLD_TO_RESOLUTION] = "hold to resolution",
    [AST_LIMIT_HOLD_FOREVER] = "hold forever",
};

static const char *const per_words[AST_PER_OP_COUNT] = {
    [AST_PER_NONE] = "",
    [AST_PER_SLOT] = "per slot",
    [AST_PER_HOUR] = "per hour",
    [AST_PER_DAY] = "per day",
    [AST_PER_WEEK] = "per week",
    [AST_PER_MARKET] = "per market",
    [AST_PER_LEADER] = "per leader",
    [AST_PER_RUN] = "per run",
    [AST_AFTER_LOSS] = "after loss",
    [AST_AFTER_EXIT] = "after exit",
};

static const char *const type_words[AST_TYPE_END] = {
    [AST_TYPE_NONE] = "",         [AST_TYPE_PRICE] = "price", [AST_TYPE_USD] = "usd",
    [AST_TYPE_SHARES] = "shares", [AST_TYPE_COINS] = "coins", [AST_TYPE_RATIO] = "ratio",
    [AST_TYPE_NUMBER] = "number", [AST_TYPE_COUNT] = "count", [AST_TYPE_DURATION] = "duration",
    [AST_TYPE_BOOL] = "bool",     [AST_TYPE_TOKEN] = "token",
};

static const char *const unit_texts[NUM_UNIT_COUNT] = {
    [NUM_PLAIN] = "",  [NUM_USD] = "$", [NUM_CENT] = "c",        [NUM_PERCENT] = "%",
    [NUM_BPS] = "bps", [NUM_MS] = "ms", [NUM_S] = "s",           [NUM_M] = "m",
    [NUM_H] = "h",     [NUM_D] = "d",   [NUM_SHARES] = "shares", [NUM_COINS] = "coins",
};

const char *limit_op_words(LimitOp op)
{
    return op < AST_LIMIT_OP_COUNT && limit_words[op] ? limit_words[op] : "";
}

const char *per_op_words(PerOp op)
{
    return op < AST_PER_OP_COUNT ? per_words[op] : "";
}

const char *type_word_text(TypeWord w)
{
    return w < AST_TYPE_END ? type_words[w] : "";
}

TypeWord type_word_find(Span word)
{
    for (TypeWord w = AST_TYPE_NONE + 1; w < AST_TYPE_END; w++)
        if (span_eq_str(word, type_words[w])) return w;
    return AST_TYPE_NONE;
}

const char *num_unit_text(NumUnit u)
{
    return u < NUM_UNIT_COUNT ? unit_texts[u] : "";
}

const char *node_kind_name(NodeKind kind)
{
    return kind < NODE_KIND_COUNT ? kind_names[kind] : "";
}

const char *node_kind_says(NodeKind kind)
{
    return kind < NODE_KIND_COUNT ? kinds[kind].says : "";
}

bool node_has_list(NodeKind kind)
{
    size_t n = strlen(kinds[kind].kids);

    return n > 0 && kinds[kind].kids[n - 1] == '*';
}

uint32_t node_fixed_kids(NodeKind kind)
{
    const char *p = kinds[kind].kids;
    uint32_t n = *p ? 1 : 0;

    for (; *p; p++)
        n += *p == ' ';
    return n - (node_has_list(kind) ? 1 : 0);
}

Node *node_new(Arena *arena, NodeKind kind, Place place, uint32_t kid_count)
{
    Node *n = arena_new(arena, Node);

    BUG_IF(!n);
    n->kind = (uint16_t)kind;
    n->place = place;
    n->depth = 1;
    n->kids = kid_count ? arena_array(arena, Node *, kid_count) : NULL;
    n->kid_count = n->kids ? kid_count : 0;
    return n;
}

static bool has_same_self(const Node *a, const Node *b)
{
    const unsigned ignored = NF_BRACKETS | NF_BAD;

    return a->kind == b->kind && a->op == b->op && a->op2 == b->op2 && a->unit == b->unit &&
           (a->flags & ~ignored) == (b->flags & ~ignored) && a->kid_count == b->kid_count &&
           num_bits(a->num) == num_bits(b->num) && span_is(a->name, b->name) &&
           span_is(a->name2, b->name2) && span_is(a->text, b->text);
}

bool node_is_equal(const Node *a, const Node *b)
{
    if (!a || !b) return a == b;
    if (!has_same_self(a, b)) return false;
    for (uint32_t i = 0; i < a->kid_count; i++)
        if (!node_is_equal(a->kids[i], b->kids[i])) return false;
    return true;
}

uint64_t node_hash(const Node *n)
{
    uint64_t h;

    if (!n) return 0;
    h = hash_mix(n->kind | (uint64_t)n->op << 16 | (uint64_t)n->kid_count << 32, num_bits(n->num));
    if (n->name.len) h = hash_mix(h, hash_span(n->name));
    for (uint32_t i = 0; i < n->kid_count; i++)
        h = hash_mix(h, node_hash(n->kids[i]));
    return h;
}

static const Comment *next_doc(const Comment *c)
{
    while (c && !c->is_doc)
        c = c->next;
    return c;
}

Span node_label(const Node *n)
{
    const Comment *c = n->comments ? next_doc(n->comments->before) : NULL;

    return c ? c->text : (Span){0};
}

Span node_doc(Arena *arena, const Node *n)
{
    const Comment *c = n->comments ? next_doc(n->comments->before) : NULL;
    Buf b;

    buf_init(&b, arena, SOURCE_MAX_BYTES);
    for (; c; c = next_doc(c->next)) {
        if (b.len) buf_char(&b, '\n');
        buf_span_put(&b, c->text);
    }
    return buf_span(&b);
}

Span node_path_text(Arena *arena, const Node *path)
{
    Buf b;

    if (path->kid_count == 1) return path->kids[0]->name;
    buf_init(&b, arena, SOURCE_MAX_BYTES);
    for (uint32_t i = 0; i < path->kid_count; i++) {
        if (i) buf_char(&b, '.');
        buf_span_put(&b, path->kids[i]->name);
    }
    return buf_span(&b);
}
