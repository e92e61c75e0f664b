/* finish.c — from what was reported to what is shown: allows, order, duplicates, counts.
 *
 * Promise: the result depends on the findings only, not on the order in which passes ran, except
 * that of two findings with one code at one place the first one stays. */
#include "compiler/diag/diag_private.h"
#include "vm/base/sort.h"

void diags_allow(Diags *ds, Span code, Span reason, Place place, uint32_t first, uint32_t last)
{
    if (arena_is_full(ds->arena)) return;
    (void)vec_push(ds->arena, &ds->allows,
                   (Allow){diag_code_find(code), code, reason, place, first, last, NULL, false});
}

void diags_allow_also(Diags *ds, Place place)
{
    Allow *last = ds->allows.count ? &ds->allows.items[ds->allows.count - 1] : NULL;
    AllowPlace *also = arena_new(ds->arena, AllowPlace);

    if (!last || arena_is_full(ds->arena)) return;
    *also = (AllowPlace){place, last->also};
    last->also = also;
}

static uint32_t line_of(const Diags *ds, Place place)
{
    const Source *s = sources_get(ds->sources, place.file);

    return s ? source_position(s, place.begin).line : 0;
}

static bool is_covered(const Diags *ds, const Allow *a, Place place)
{
    uint32_t line = line_of(ds, place);

    if (a->place.file != place.file) return false;
    for (const AllowPlace *p = a->also; p; p = p->next)
        if (place.begin >= p->place.begin && place.end <= p->place.end) return true;
    return line >= a->first && line <= a->last;
}

static void apply_allow(const Diags *ds, Diag *d)
{
    for (size_t i = 0; i < ds->allows.count; i++) {
        Allow *a = &ds->allows.items[i];

        if (a->code != d->code || a->reason.len == 0 || !is_covered(ds, a, d->place)) continue;
        a->is_used = true;
        d->allowed = a->reason;
        return;
    }
}

/* ODX508: one that allows nothing, or says no reason, or names what cannot be allowed. */
static void report_useless(Diags *ds, const Allow *a)
{
    bool is_error = a->code != ODX_NONE && ds->levels.level[a->code] == LEVEL_ERROR;
    TextId title = T_ALLOW_NOTHING;
    Diag *d;

    if (a->is_used) return;
    if (a->code_text.len == 0)
        title = T_ALLOW_UNREADABLE;
    else if (a->code == ODX_NONE)
        title = T_ALLOW_NO_CODE;
    else if (is_error)
        title = T_ALLOW_ERROR;
    else if (a->reason.len == 0)
        title = T_ALLOW_NO_REASON;
    d = diag_add(ds, ODX508, a->place, title, arg_text(a->code_text));
    if (title == T_ALLOW_NOTHING) {
        diag_fix(d, FIX_SAFE, T_DELETE_IT);
        diag_edit(d, a->place, (Span){0});
    } else {
        diag_help(d, T_ALLOW_HELP);
    }
}

static int compare(const void *va, const void *vb, void *ctx)
{
    const Diag *a = *(Diag *const *)va, *b = *(Diag *const *)vb;

    (void)ctx;
    if (a->place.file != b->place.file) return a->place.file < b->place.file ? -1 : 1;
    if (a->place.begin != b->place.begin) return a->place.begin < b->place.begin ? -1 : 1;
    if (a->place.end != b->place.end) return a->place.end < b->place.end ? -1 : 1;
    if (a->code != b->code) return a->code < b->code ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void count(DiagCounts *c, const Diag *d)
{
    if (d->allowed.len)
        c->allowed++;
    else if (d->level == LEVEL_ERROR)
        c->errors++;
    else if (d->level == LEVEL_WARNING)
        c->warnings++;
    else
        c->notes++;
}

static bool is_repeat(const Diag *a, const Diag *b)
{
    return a->code == b->code && place_is_same(a->place, b->place) && span_is(a->title, b->title);
}

static void drop_repeats(Diags *ds)
{
    size_t kept = 0;

    for (size_t i = 0; i < ds->all.count; i++) {
        Diag *d = ds->all.items[i];

        if (d->is_withheld) continue;
        if (kept && is_repeat(ds->all.items[kept - 1], d)) continue;
        count(&ds->counts, d);
        ds->all.items[kept++] = d;
    }
    ds->all.count = kept;
}

void diags_finish(Diags *ds)
{
    size_t reported = ds->all.count;

    if (ds == diags_none()) return;
    for (size_t i = 0; i < reported; i++) {
        Diag *d = ds->all.items[i];

        if (!d->is_withheld && d->level != LEVEL_ERROR && d->code != ODX508) apply_allow(ds, d);
    }
    for (size_t i = 0; i < ds->allows.count; i++)
        report_useless(ds, &ds->allows.items[i]);
    (void)sort_stable(ds->all.items, ds->all.count, sizeof *ds->all.items, compare, NULL,
                      ds->arena);
    ds->counts = (DiagCounts){.dropped = ds->dropped};
    drop_repeats(ds);
}

size_t diags_count(const Diags *ds)
{
    return ds->all.count;
}

const Diag *diags_get(const Diags *ds, size_t i)
{
    return i < ds->all.count ? ds->all.items[i] : NULL;
}

DiagCounts diags_counts(const Diags *ds)
{
    return ds->counts;
}
