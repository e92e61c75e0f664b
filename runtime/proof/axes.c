/* axes.c — see axes.h. */
#include "runtime/proof/axes.h"

#include "runtime/proof/params.h"
#include "vm/base/fmt.h"

enum { VALUES_LISTED = 256 };

bool axes_is_tried(const char *word)
{
    Span text = span_str(word);
    size_t eq = span_find_char(text, '=');

    text = span_from(text, eq);
    return eq == SPAN_NONE_AT || span_find_char(text, ',') != SPAN_NONE_AT ||
           span_find(text, SPAN("..")) != SPAN_NONE_AT;
}

/* ---- values -------------------------------------------------------------------------------------- */

typedef struct Trying { /* one `NAME=VALUES` */
    Sweeping *s;
    const Compilation *c;
    Err *err;
    const char *word;
    const Param *param;
    uint16_t row;
    SweepAxis *axis;
} Trying;

static Span range_text(const Trying *t)
{
    const Param *p = t->param;

    return p->has_range || p->choice_count ? source_text(t->c->sources, p->range_place)
                                           : SPAN("it has no range");
}

static Status bad_value(const Trying *t, Span text)
{
    return err_set(t->err, ST_BAD_INPUT, "`--param %s`: `%S` is no value of %S (%S)", t->word, text,
                   t->param->name, range_text(t));
}

static Status no_memory(Err *err)
{
    return err_set(err, ST_NO_MEMORY, "there is not enough memory for so many values");
}

/* Sorted in, each once. */
static bool put_value(double *values, uint32_t *count, double v)
{
    uint32_t at = 0;

    while (at < *count && values[at] < v)
        at++;
    if (at < *count && values[at] == v) return true;
    if (*count == VALUES_LISTED) return false;
    for (uint32_t i = *count; i > at; i--)
        values[i] = values[i - 1];
    values[at] = v;
    (*count)++;
    return true;
}

static Status list_values(const Trying *t, Span text)
{
    double *values = arena_array(t->s->arena, double, VALUES_LISTED);
    uint32_t count = 0;

    if (arena_is_full(t->s->arena)) return no_memory(t->err);
    while (text.len) {
        size_t comma = span_find_char(text, ',');
        Span one = span_trim(span_sub(text, 0, comma == SPAN_NONE_AT ? text.len : comma));
        double v;

        if (!param_parse(t->param, one, &v)) return bad_value(t, one);
        if (!put_value(values, &count, v))
            return err_set(t->err, ST_BAD_INPUT,
                           "`--param %.40s...`: more than %d values; write LOW..HIGH step S",
                           t->word, VALUES_LISTED);
        text = comma == SPAN_NONE_AT ? (Span){NULL, 0} : span_from(text, comma + 1);
    }
    *t->axis = (SweepAxis){t->row, values, count};
    return ST_OK;
}

static Status make_axis(const Trying *t, const SweepRange *range)
{
    Sweeping *s = t->s;

    if (sweep_axis(t->row, range, s->job.search.way, s->arena, t->axis)) return ST_OK;
    if (arena_is_full(s->arena)) return no_memory(t->err);
    return err_set(t->err, ST_BAD_INPUT,
                   "`%S` would have more than %d values: write --param "
                   "%S=LOW..HIGH step S with a "
                   "wider step",
                   t->param->name, SWEEP_VALUES, t->param->name);
}

/* "LOW..HIGH" or "LOW..HIGH step S". */
static Status range_values(const Trying *t, Span text, size_t dots)
{
    SweepRange r = {.step = t->param->step, .is_whole = t->param->whole};
    size_t step = span_find(text, SPAN("step"));
    Span low = span_trim(span_sub(text, 0, dots)), high, by;
    Param free = *t->param; /* a step need not lie within the range */

    by = step == SPAN_NONE_AT ? (Span){NULL, 0} : span_trim(span_from(text, step + 4));
    high = span_trim(span_sub(text, dots + 2, (step == SPAN_NONE_AT ? text.len : step) - dots - 2));
    free.has_range = false;
    free.choice_count = 0;
    if (!param_parse(t->param, low, &r.low)) return bad_value(t, low);
    if (!param_parse(t->param, high, &r.high)) return bad_value(t, high);
    if (by.len && (!param_parse(&free, by, &r.step) || !(r.step > 0)))
        return err_set(t->err, ST_BAD_INPUT, "`--param %s`: `%S` is no step", t->word, by);
    if (r.high < r.low)
        return err_set(t->err, ST_BAD_INPUT, "`--param %s`: an empty range: %S is below %S",
                       t->word, high, low);
    return make_axis(t, &r);
}

/* All values the param itself allows. */
static Status own_values(const Trying *t)
{
    const Param *p = t->param;
    SweepRange range = {p->low, p->high, p->step, p->whole};

    if (p->choice_count) {
        *t->axis = (SweepAxis){t->row, p->choices, p->choice_count};
        return ST_OK;
    }
    if (!p->has_range)
        return err_set(t->err, ST_BAD_INPUT,
                       "`%S` has no range: write --param %S=LOW..HIGH step S, or %S=A,B,C", p->name,
                       p->name, p->name);
    return make_axis(t, &range);
}

static Status try_word(Trying *t)
{
    const Program *p = t->c->program;
    Span word = span_str(t->word);
    size_t eq = span_find_char(word, '=');
    bool has_values = eq != SPAN_NONE_AT;
    Span name = span_sub(word, 0, eq), text = has_values ? span_from(word, eq + 1) : SPAN("");
    size_t dots = span_find(text, SPAN(".."));

    for (uint32_t i = 0; i < p->params_count; i++) {
        if (!span_is(p->params[i].name, name)) continue;
        t->param = &p->params[i];
        t->row = (uint16_t)i;
        if (!has_values) return own_values(t);
        return dots == SPAN_NONE_AT ? list_values(t, text) : range_values(t, text, dots);
    }
    return err_set(t->err, ST_BAD_INPUT, "`--param %s`: the file has no param `%S`", t->word, name);
}

/* ---- axes ---------------------------------------------------------------------------------------- */

static bool is_fixed(const SweepWords *words, Span name)
{
    for (size_t i = 0; i < words->fixed_count; i++) {
        Span word = span_str(words->fixed[i]);

        if (span_is(name, span_sub(word, 0, span_find_char(word, '=')))) return true;
    }
    return false;
}

/* Those that --param names with more than one value; if none is, all that have
 * a range and are not fixed. */
static Status find_axes(Sweeping *s, const Compilation *c, const SweepWords *words, Err *err)
{
    const Program *p = c->program;
    SweepAxis *axes = arena_array(s->arena, SweepAxis, SWEEP_AXES);
    SweepSearch *search = &s->job.search;
    size_t named = words->try_count, count = named ? named : p->params_count;
    Status code = arena_is_full(s->arena) ? no_memory(err) : ST_OK;

    search->axes = axes;
    for (size_t i = 0; i < count && code == ST_OK; i++) {
        Trying t = {.s = s, .c = c, .err = err, .axis = &axes[search->axis_count]};

        if (!named) {
            t.param = &p->params[i];
            t.row = (uint16_t)i;
            if (is_fixed(words, t.param->name) || (!t.param->has_range && !t.param->choice_count))
                continue;
        }
        if (search->axis_count == SWEEP_AXES)
            return err_set(err, ST_BAD_INPUT,
                           "more than %d params: name those to try with --param NAME", SWEEP_AXES);
        if (named) t.word = words->tries[i];
        code = named ? try_word(&t) : own_values(&t);
        search->axis_count++;
    }
    if (code == ST_OK && !search->axis_count)
        return err_set(err, ST_BAD_INPUT,
                       "%s: there is nothing to try: %s; write --param NAME=LOW..HIGH step S",
                       words->file,
                       words->fixed_count ? "--param holds every param still that has a range"
                                          : "no param has a range");
    return code;
}

static Status check_twice(const Sweeping *s, Err *err)
{
    const SweepSearch *search = &s->job.search;

    for (uint32_t i = 0; i < search->axis_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (search->axes[k].param == search->axes[i].param)
                return err_set(err, ST_BAD_INPUT, "`%S` is tried twice: one --param of it",
                               sweeping_name(s, i));
    return ST_OK;
}

static void put_counts(const Sweeping *s, Buf *out)
{
    for (uint32_t i = 0; i < s->job.search.axis_count; i++)
        buf_fmt(out, "%s%S %u", i ? ", " : "", sweeping_name(s, i), s->job.search.axes[i].count);
}

static Status check_size(const Sweeping *s, Err *err)
{
    const SweepSearch *search = &s->job.search;
    uint64_t grid = sweep_grid(search->axes, search->axis_count);
    Buf counts;

    buf_init(&counts, s->arena, 1 << 12);
    put_counts(s, &counts);
    if (grid == UINT64_MAX)
        return err_set(err, ST_BAD_INPUT,
                       "more cells than can be counted (values: %S): name fewer params",
                       buf_span(&counts));
    if (search->way != SWEEP_BY_GRID || grid <= SWEEP_CELLS_MAX) return ST_OK;
    return err_set(err, ST_BAD_INPUT,
                   "the grid has %llu cells, at most %d are tried (values: %S): "
                   "use --random N or "
                   "--refine, or name fewer params or wider steps with --param",
                   (unsigned long long)grid, SWEEP_CELLS_MAX, buf_span(&counts));
}

Status axes_read(Sweeping *s, const Compilation *c, const SweepWords *words, Err *err)
{
    Status st = find_axes(s, c, words, err);

    if (st == ST_OK) st = check_twice(s, err);
    return st == ST_OK ? check_size(s, err) : st;
}
