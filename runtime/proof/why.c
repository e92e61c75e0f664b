/* why.c — see why.h. */
#include "runtime/proof/why.h"

#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { ROLE_RULE = 0, ROLE_REQUIRE = 1 };

static bool is_leaf(const CondRow *row)
{
    return row->child_count == 0;
}

/* The row after the last one of this subtree (rows stand in preorder). */
static uint32_t subtree_end(const Image *img, uint32_t at)
{
    uint32_t next = at + 1;

    for (uint16_t i = 0; i < img->conds[at].child_count && next < img->conds_count; i++)
        next = subtree_end(img, next);
    return next;
}

/* How many leaves must change for node `at` to become `want`; marks them when `mark`. */
static uint32_t plan(WhyRule *w, const Image *img, uint32_t at, uint8_t want, bool mark)
{
    const CondRow *row = &img->conds[at];
    uint8_t op = row->op & (uint8_t)~CO_GRID;
    uint32_t best = UINT32_MAX, best_at = at, sum = 0;
    bool all = (op == CO_AND) == (want == COND_TRUE); /* every child must become `want` */

    if (w->nodes[at].value.cond == want) return 0;
    if (is_leaf(row) || op == CO_HELD) {
        w->nodes[at].must_flip |= mark;
        return 1;
    }
    if (op == CO_NOT) return plan(w, img, at + 1, want == COND_TRUE ? COND_FALSE : COND_TRUE, mark);
    for (uint32_t child = at + 1, i = 0; i < row->child_count; i++) {
        uint32_t cost = plan(w, img, child, want, mark && all);

        sum += cost;
        if (cost < best) {
            best = cost;
            best_at = child;
        }
        child = subtree_end(img, child);
    }
    if (all) return sum;
    if (mark) plan(w, img, best_at, want, true);
    return best;
}

static bool is_root(const Image *img, uint32_t at, uint32_t rule)
{
    return img->conds[at].rule == rule && img->conds[at].depth == 0 &&
           img->conds[at].role <= ROLE_REQUIRE;
}

/* ---- values that the code does not hold: they follow from the parts ---------------------------------- */

static uint8_t negate(uint8_t cond)
{
    return cond == COND_TRUE ? COND_FALSE : cond == COND_FALSE ? COND_TRUE : COND_UNKNOWN;
}

/* Kleene's `and` (and, turned round, `or`); a part that was not looked at decides nothing. */
static TraceCond join_children(const WhyRule *w, const Image *img, uint32_t at)
{
    bool is_or = (img->conds[at].op & (uint8_t)~CO_GRID) == CO_OR, has_all = true;
    uint8_t low = is_or ? COND_TRUE : COND_FALSE, cond = negate(low);
    TraceCond v = w->nodes[at].value;

    for (uint32_t child = at + 1, i = 0; i < img->conds[at].child_count; i++) {
        const TraceCond *c = &w->nodes[child].value;

        has_all &= c->has_run;
        if (c->has_run && c->cond == low) cond = low;
        if (c->has_run && c->cond == COND_UNKNOWN && cond != low) cond = COND_UNKNOWN;
        child = subtree_end(img, child);
    }
    v.has_run = has_all || cond == low;
    v.cond = v.has_run ? cond : COND_UNKNOWN;
    return v;
}

static TraceCond compare_sides(const CondRow *row, TraceCond v)
{
    bool is_grid = row->op & CO_GRID, holds = false;
    double a = is_grid ? money_grid(v.left) : v.left, b = is_grid ? money_grid(v.right) : v.right;
    double c = is_grid ? money_grid(v.right2) : v.right2;

    switch (row->op & (uint8_t)~CO_GRID) {
    case CO_LT:
        holds = a < b;
        break;
    case CO_LE:
        holds = a <= b;
        break;
    case CO_GT:
        holds = a > b;
        break;
    case CO_GE:
        holds = a >= b;
        break;
    case CO_IS:
        holds = a == b;
        break;
    case CO_ISNT:
        holds = a != b;
        break;
    case CO_BETWEEN:
        holds = a >= b && a <= c;
        break;
    default:
        return v;
    }
    v.has_run = num_is_known(a) && num_is_known(b);
    v.cond = holds ? COND_TRUE : COND_FALSE;
    return v;
}

static void derive(WhyRule *w, const Image *img, uint32_t at)
{
    const CondRow *row = &img->conds[at];
    TraceCond *v = &w->nodes[at].value;
    uint8_t op = row->op & (uint8_t)~CO_GRID;

    if (v->has_run) return;
    if (op == CO_AND || op == CO_OR) {
        *v = join_children(w, img, at);
    } else if (op == CO_NOT && row->child_count) {
        *v = w->nodes[at + 1].value;
        v->cond = negate(v->cond);
    } else {
        *v = compare_sides(row, *v);
    }
}

/* ---- which tree -------------------------------------------------------------------------------------- */

static bool word_is_of_event(const Image *img, const CondRow *row, const Event *ev)
{
    const CodeSection *code = row->section == SEC_CODE_U ? &img->shared : &img->wallet;

    for (uint32_t i = 0; i < code->block_count; i++) {
        const BlockRow *b = &code->blocks[i];

        if (row->word < b->first || row->word - b->first >= b->count) continue;
        return b->event == ev->kind && (ev->kind != EV_TICK || b->index == ev->market);
    }
    return false;
}

/* Whether the tree stands in the code of that event; its first node with code says so. */
static bool is_of_event(const Image *img, uint32_t root, const Event *ev)
{
    for (uint32_t i = root; i < subtree_end(img, root); i++)
        if (img->conds[i].section) return word_is_of_event(img, &img->conds[i], ev);
    return false;
}

static void read_tree(WhyRule *w, const Image *img, uint32_t root)
{
    w->has_run = true;
    for (uint32_t i = root; i < subtree_end(img, root); i++)
        w->nodes[i].is_shown = true;
    if (img->conds[root].role == ROLE_RULE) w->cond = w->nodes[root].value.cond;
    w->has_change |= plan(w, img, root, COND_TRUE, true) > 0;
}

/* A rule stands in the code of every event that looks at it: the trees of this event, or else those of
 * whatever ran since the one before. */
static void read_trees(WhyRule *w, const Image *img, const Event *ev)
{
    for (uint32_t i = 0; i < img->conds_count; i++) {
        if (!is_root(img, i, w->rule) || !w->nodes[i].value.has_run) continue;
        if (!ev || is_of_event(img, i, ev)) read_tree(w, img, i);
    }
}

void why_read(WhyRule *w, const Image *image, const Vm *vm, const Trace *trace, const Event *ev,
              uint32_t rule)
{
    w->rule = rule;
    w->cond = COND_TRUE; /* a rule without a condition */
    w->has_run = w->has_change = w->has_cond = false;
    for (uint32_t i = 0; i < image->conds_count; i++) {
        w->nodes[i] = (WhyNode){trace_cond(trace, vm, i), false, false};
        w->has_cond |= is_root(image, i, rule);
    }
    for (uint32_t i = image->conds_count; i > 0;
         i--) /* parts stand behind what they are parts of */
        derive(w, image, i - 1);
    read_trees(w, image, ev);
    if (!w->has_run) read_trees(w, image, NULL);
}

/* ---- words ----------------------------------------------------------------------------------------- */

static const char *cond_word(uint8_t cond)
{
    return cond == COND_TRUE ? "yes" : cond == COND_FALSE ? "no" : "unknown";
}

static const char *const op_words[] = {"and",
                                       "or",
                                       "not",
                                       "<",
                                       "<=",
                                       ">",
                                       ">=",
                                       "is",
                                       "is not",
                                       "between",
                                       "crosses above",
                                       "crosses below",
                                       "for",
                                       "known",
                                       ""};

static Span row_text(const Compilation *c, const CondRow *row)
{
    return source_text(c->sources, place_at(row->file, row->begin, row->end));
}

static void put_one_line(Buf *out, Span text)
{
    Span line;
    bool is_first = true;

    while (span_cut(&text, '\n', &line)) {
        buf_fmt(out, "%s%S", is_first ? "" : " ", span_trim(line));
        is_first = false;
    }
}

void why_put_source(const Compilation *c, Place at, Buf *out)
{
    put_one_line(out, source_text(c->sources, at));
}

static bool is_comparison(const CondRow *row)
{
    uint8_t op = row->op & (uint8_t)~CO_GRID;

    return op >= CO_LT && op <= CO_BELOW;
}

static void put_micros(Buf *out, double x)
{
    int64_t micros = 0;

    if (num_abs(x) >= 1e-4 && fx_from_double(x, &micros)) /* what is behind it is how doubles are */
        fx_put_short(out, micros, FX_PLACES);
    else
        buf_num(out, x);
}

void why_put_num(Buf *out, double x, uint8_t unit)
{
    static const struct {
        const char *before, *after;
        double times;
    } units[] = {
        [CU_PLAIN] = {"", "", 1},         [CU_PRICE] = {"", "c", 100},
        [CU_PERCOIN] = {"$", "", 1},      [CU_USD] = {"$", "", 1},
        [CU_SHARES] = {"", " shares", 1}, [CU_DURATION] = {"", "s", 1},
        [CU_COINS] = {"", " coins", 1},   [CU_PERCENT] = {"", "%", 100},
    };

    if (unit >= ARRAY_LEN(units)) unit = CU_PLAIN;
    if (!num_is_known(x)) {
        buf_char(out, '?');
        return;
    }
    if (x < 0) buf_char(out, '-');
    buf_str(out, units[unit].before);
    put_micros(out, num_abs(x) * units[unit].times);
    buf_str(out, units[unit].after);
}

static void put_values(Buf *out, const CondRow *row, const TraceCond *v)
{
    uint8_t op = row->op & (uint8_t)~CO_GRID;

    if (!is_comparison(row)) return;
    buf_str(out, "   [");
    why_put_num(out, v->left, row->unit);
    buf_fmt(out, " %s ", op_words[op]);
    why_put_num(out, v->right, row->unit);
    if (op == CO_BETWEEN) buf_str(out, " and ");
    if (op == CO_BETWEEN) why_put_num(out, v->right2, row->unit);
    buf_char(out, ']');
}

static void put_node(const WhyRule *w, const Compilation *c, const Image *img, uint32_t at,
                     Buf *out)
{
    const CondRow *row = &img->conds[at];
    const TraceCond *v = &w->nodes[at].value;

    buf_fmt(out, "  %-7s ", v->has_run ? cond_word(v->cond) : "-");
    buf_fill(out, ' ', (size_t)row->depth * 2);
    if (row->role == ROLE_REQUIRE && row->depth == 0) buf_str(out, "require ");
    put_one_line(out, row_text(c, row));
    put_values(out, row, v);
    buf_char(out, '\n');
}

static void put_margin(Buf *out, const CondRow *row, const TraceCond *v)
{
    uint8_t op = row->op & (uint8_t)~CO_GRID;
    bool rises = v->margin > 0 || (v->margin == 0 && (op == CO_GT || op == CO_GE));

    buf_str(out, ": ");
    why_put_num(out, v->left, row->unit);
    if (v->margin == 0) {
        buf_str(out, rises ? " must rise" : " must fall");
        return;
    }
    buf_str(out, rises ? " must rise by " : " must fall by ");
    why_put_num(out, num_abs(v->margin), row->unit);
}

static void put_change(const WhyNode *n, const Compilation *c, const CondRow *row, Buf *out)
{
    buf_str(out, "  ");
    put_one_line(out, row_text(c, row));
    if (n->value.cond == COND_UNKNOWN)
        buf_str(out, ": must be known, and true");
    else if (num_is_known(n->value.margin))
        put_margin(out, row, &n->value);
    else
        buf_str(out, ": must become true");
    buf_char(out, '\n');
}

static void put_label(const Compilation *c, uint32_t rule, Buf *out)
{
    Span label = c->program->rules[rule].label;

    buf_fmt(out, "rule %u%s%S", rule + 1, label.len ? ": " : "", label);
}

void why_put(const WhyRule *w, const Compilation *c, const Image *image, Buf *out)
{
    put_label(c, w->rule, out);
    if (!w->has_cond) {
        buf_str(out, " — it has no condition: every event of its kind fires it\n");
        return;
    }
    if (!w->has_run) {
        buf_str(out, " — not looked at in this event\n");
        return;
    }
    buf_fmt(out, " — its condition is %s\n",
            w->cond == COND_TRUE    ? "true"
            : w->cond == COND_FALSE ? "false"
                                    : "unknown");
    for (uint32_t i = 0; i < image->conds_count; i++)
        if (w->nodes[i].is_shown) put_node(w, c, image, i, out);
    if (!w->has_change) return;
    buf_str(out, "the smallest change that would have fired it\n");
    for (uint32_t i = 0; i < image->conds_count; i++)
        if (w->nodes[i].must_flip) put_change(&w->nodes[i], c, &image->conds[i], out);
}

/* ---- JSON ------------------------------------------------------------------------------------------ */

static void put_json_node(const WhyRule *w, const Compilation *c, const Image *img, uint32_t at,
                          JsonWriter *j)
{
    const CondRow *row = &img->conds[at];
    const TraceCond *v = &w->nodes[at].value;

    json_write_object(j);
    json_key_text(j, "text", row_text(c, row));
    json_key_uint(j, "depth", row->depth);
    json_key_text(j, "op", span_str(op_words[row->op & (uint8_t)~CO_GRID]));
    json_key_text(j, "truth", span_str(v->has_run ? cond_word(v->cond) : "not evaluated"));
    if (is_comparison(row)) {
        json_key_number(j, "left", v->left);
        json_key_number(j, "right", v->right);
        json_key_number(j, "margin", v->margin);
    }
    json_key_bool(j, "must_change", w->nodes[at].must_flip);
    json_write_object_end(j);
}

void why_put_json(const WhyRule *w, const Compilation *c, const Image *image, int64_t ts_us,
                  JsonWriter *j)
{
    json_write_object(j);
    json_key_int(j, "ts_us", ts_us);
    json_key_uint(j, "rule", w->rule + 1u);
    json_key_text(j, "label", c->program->rules[w->rule].label);
    json_key_text(j, "truth", span_str(w->has_run ? cond_word(w->cond) : "not evaluated"));
    json_key_array(j, "conditions");
    for (uint32_t i = 0; i < image->conds_count; i++)
        if (w->nodes[i].is_shown) put_json_node(w, c, image, i, j);
    json_write_array_end(j);
    json_write_object_end(j);
}

int32_t why_find_rule(const Program *p, Span word)
{
    int64_t number;

    for (uint32_t i = 0; i < p->rules_count; i++)
        if (p->rules[i].label.len && span_is(p->rules[i].label, word)) return (int32_t)i;
    if (fx_parse(word, 0, FX_DOWN, &number) && number >= 1 && number <= p->rules_count)
        return (int32_t)number - 1;
    return -1;
}
