/* diag.c — see diag.h: reporting, and the tables of codes and texts. */
#include "compiler/diag/diag_private.h"

#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/bug.h"

static const DiagInfo infos[DIAG_CODE_COUNT] = {
    {"ODX000", LEVEL_OFF},
#define CODE(code, name, level, chapter, fixable, title) {#code, LEVEL_##level},
#define TEXT(id, text)
#include "compiler/diag/diag.def"
#undef CODE
#undef TEXT
};

static const DiagAbout abouts[DIAG_CODE_COUNT] = {
    {"None", "", CHAPTER_WORDS, FIXABLE_NO},
#define CODE(code, name, level, chapter, fixable, title) \
    {#name, title, CHAPTER_##chapter, FIXABLE_##fixable},
#define TEXT(id, text)
#include "compiler/diag/diag.def"
#undef CODE
#undef TEXT
};

/* One behind the other, with the length of each: pointers to them would pack badly (docs/WASM.md). */
static const char texts[] = "\0"
#define CODE(code, name, level, chapter, fixable, title)
#define TEXT(id, text) text "\0"
#include "compiler/diag/diag.def"
#undef CODE
#undef TEXT
    ;

static const uint8_t text_sizes[TEXT_COUNT] = {
    1,
#define CODE(code, name, level, chapter, fixable, title)
#define TEXT(id, text) sizeof text,
#include "compiler/diag/diag.def"
#undef CODE
#undef TEXT
};

static const char *const chapter_names[] = {
    [CHAPTER_WORDS] = "words",       [CHAPTER_UNITS] = "units", [CHAPTER_TIME] = "time",
    [CHAPTER_LOGIC] = "logic",       [CHAPTER_MONEY] = "money", [CHAPTER_STYLE] = "style",
    [CHAPTER_GRAPH] = "graph",       [CHAPTER_COST] = "cost",   [CHAPTER_PROOF] = "proof",
    [CHAPTER_BYTECODE] = "bytecode",
};

/* ---- tables ----------------------------------------------------------------------------------- */

const DiagInfo *diag_info(DiagCode code)
{
    return &infos[code < DIAG_CODE_COUNT ? code : ODX_NONE];
}

DiagCode diag_code_find(Span code)
{
    for (DiagCode c = ODX_NONE + 1; c < DIAG_CODE_COUNT; c++)
        if (span_eq_str(code, infos[c].code)) return c;
    return ODX_NONE;
}

const DiagAbout *diag_about(DiagCode code)
{
    return &abouts[code < DIAG_CODE_COUNT ? code : ODX_NONE];
}

const char *diag_level_name(DiagLevel level)
{
    static const char *const names[] = {"off", "note", "warning", "error"};

    return names[level & 3];
}

const char *diag_chapter_name(DiagChapter chapter)
{
    return chapter <= CHAPTER_BYTECODE ? chapter_names[chapter] : "";
}

const char *fix_class_name(FixClass fix)
{
    static const char *const names[] = {"none", "safe", "suggested", "choice"};

    return names[fix & 3];
}

const char *diag_text(TextId id)
{
    const char *text = texts;

    for (TextId i = 0; i < id && i < TEXT_COUNT; i++)
        text += text_sizes[i];
    return text;
}

void diag_levels_default(DiagLevels *levels)
{
    for (DiagCode c = ODX_NONE; c < DIAG_CODE_COUNT; c++)
        levels->level[c] = (uint8_t)infos[c].level;
}

bool diag_levels_set(DiagLevels *levels, DiagCode code, DiagLevel level)
{
    if (code == ODX_NONE || code >= DIAG_CODE_COUNT || level > LEVEL_ERROR) return false;
    if (infos[code].level == LEVEL_ERROR && level != LEVEL_ERROR) return false;
    levels->level[code] = (uint8_t)level;
    return true;
}

/* ---- reporting -------------------------------------------------------------------------------- */

/* Nothing below writes to it: its arena is full. */
Diags *diags_none(void)
{
    static const Arena nothing = {.is_full = true};
    static const Sources sources = {.arena = (Arena *)&nothing};
    static const Diags none = {
        .arena = (Arena *)&nothing,
        .sources = &sources,
        .counts = {.errors = 1},
        .spare = {.owner = (Diags *)&none, .is_withheld = true},
    };

    return (Diags *)&none;
}

Diags *diags_new(Arena *arena, const Sources *sources, const DiagLevels *levels)
{
    Diags *ds = arena_new(arena, Diags);

    if (arena_is_full(arena)) return diags_none();
    ds->arena = arena;
    ds->sources = sources;
    ds->spare.owner = ds;
    ds->spare.is_withheld = true;
    if (levels)
        ds->levels = *levels;
    else
        diag_levels_default(&ds->levels);
    return ds;
}

void diag_fill_in(Buf *out, const Diags *ds, TextId id, const DiagArg *args, size_t count)
{
    for (const char *p = diag_text(id); *p; p++) {
        size_t i = (size_t)(p[0] == '{' ? p[1] - '0' : 10);

        if (i > 9 || p[2] != '}') {
            buf_char(out, *p);
            continue;
        }
        if (i < count) buf_span_put(out, diag_arg_text(ds->arena, ds->sources, &args[i]));
        p += 2;
    }
}

/* The row's text with its {0}, {1} ... filled in. */
static Span fill_in(Diags *ds, TextId id, const DiagArg *args)
{
    size_t count = 0;
    Buf b;

    while (args && args[count].kind != ARG_END)
        count++;
    if (count == 0) return span_str(diag_text(id));
    buf_init(&b, ds->arena, SOURCE_MAX_BYTES);
    diag_fill_in(&b, ds, id, args, count);
    return buf_span(&b);
}

static bool keep(Diags *ds, Diag *d)
{
    if (ds->all.count >= DIAG_MAX_FINDINGS) {
        ds->dropped++;
        return false;
    }
    return vec_push(ds->arena, &ds->all, d);
}

static bool is_idle(const Diags *ds, const Diag *d)
{
    for (size_t i = 0; i < ds->idle.count && d->level != LEVEL_ERROR; i++)
        if (place_contains(ds->idle.items[i], d->place)) return true;
    return false;
}

Diag *diag_add_(Diags *ds, DiagCode code, Place place, TextId text, const DiagArg *args)
{
    Diag *d;

    if (arena_is_full(ds->arena)) return &ds->spare;
    d = arena_new(ds->arena, Diag);
    if (arena_is_full(ds->arena)) return &ds->spare;
    d->owner = ds;
    d->code = code;
    d->level = (DiagLevel)ds->levels.level[code];
    d->place = place;
    d->seq = ds->seq++;
    d->is_withheld = d->level == LEVEL_OFF || diags_is_spoiled(ds, place) || is_idle(ds, d);
    if (d->is_withheld) return d;
    d->title = fill_in(ds, text, args);
    if (!keep(ds, d)) d->is_withheld = true;
    return d;
}

void diag_weaken(Diag *d, DiagLevel level)
{
    if (d->level > level) d->level = level;
}

void diag_label_(Diag *d, TextId text, const DiagArg *args)
{
    if (!d->is_withheld) d->label = fill_in(d->owner, text, args);
}

void diag_mark_(Diag *d, Place place, TextId text, const DiagArg *args)
{
    DiagMark *m, **at = &d->marks;

    if (d->is_withheld) return;
    m = arena_new(d->owner->arena, DiagMark);
    if (arena_is_full(d->owner->arena)) return;
    m->place = place;
    m->label = fill_in(d->owner, text, args);
    while (*at)
        at = &(*at)->next;
    *at = m;
}

static void add_fact(Diag *d, DiagFact **at, Span text)
{
    DiagFact *f = arena_new(d->owner->arena, DiagFact);

    if (arena_is_full(d->owner->arena)) return;
    f->text = text;
    while (*at)
        at = &(*at)->next;
    *at = f;
}

void diag_fact_(Diag *d, TextId text, const DiagArg *args)
{
    if (!d->is_withheld) add_fact(d, &d->facts, fill_in(d->owner, text, args));
}

void diag_fix_(Diag *d, FixClass fix, TextId text, const DiagArg *args)
{
    DiagHelp *h, **at = &d->helps;

    if (d->is_withheld) return;
    h = arena_new(d->owner->arena, DiagHelp);
    if (arena_is_full(d->owner->arena)) return;
    h->fix = fix;
    h->text = fill_in(d->owner, text, args);
    while (*at)
        at = &(*at)->next;
    *at = h;
}

static DiagHelp *last_help(const Diag *d)
{
    DiagHelp *h = d->helps;

    while (h && h->next)
        h = h->next;
    return h;
}

void diag_fix_note_(Diag *d, TextId text, const DiagArg *args)
{
    DiagHelp *h = last_help(d);

    if (!d->is_withheld && h) h->note = fill_in(d->owner, text, args);
}

void diag_edit(Diag *d, Place place, Span insert)
{
    DiagHelp *h = last_help(d);
    DiagEdit *e, **at;

    if (d->is_withheld || !h) return;
    e = arena_new(d->owner->arena, DiagEdit);
    if (arena_is_full(d->owner->arena)) return;
    e->place = place;
    e->insert = arena_span(d->owner->arena, insert);
    at = &h->edits;
    while (*at && (*at)->place.begin <= place.begin)
        at = &(*at)->next;
    e->next = *at;
    *at = e;
}

static DiagGraph *graph_of(Diag *d)
{
    if (!d->graph) d->graph = arena_new(d->owner->arena, DiagGraph);
    return d->graph;
}

void diag_graph(Diag *d, Span pointer)
{
    if (!d->is_withheld) graph_of(d)->pointer = arena_span(d->owner->arena, pointer);
}

void diag_graph_node(Diag *d, Span id)
{
    if (!d->is_withheld) add_fact(d, &graph_of(d)->nodes, arena_span(d->owner->arena, id));
}

void diag_graph_edge(Diag *d, Span id)
{
    if (!d->is_withheld) add_fact(d, &graph_of(d)->edges, arena_span(d->owner->arena, id));
}

void diag_item(Diag *d, Span item)
{
    if (!d->is_withheld) d->item = item;
}

void diags_spoil(Diags *ds, Place place)
{
    if (!arena_is_full(ds->arena)) (void)vec_push(ds->arena, &ds->spoiled, place);
}

void diags_idle(Diags *ds, Place place)
{
    (void)vec_push(ds->arena, &ds->idle, place);
}

bool diags_is_spoiled(const Diags *ds, Place place)
{
    for (size_t i = 0; i < ds->spoiled.count; i++)
        if (place_contains(ds->spoiled.items[i], place)) return true;
    return false;
}

void diag_withhold(Diag *d)
{
    if (!d->is_withheld) d->is_withheld = true;
}

bool diags_has_errors(const Diags *ds)
{
    if (arena_is_full(ds->arena)) return true;
    for (size_t i = 0; i < ds->all.count; i++)
        if (ds->all.items[i]->level == LEVEL_ERROR && !ds->all.items[i]->is_withheld) return true;
    return false;
}

const Sources *diags_sources(const Diags *ds)
{
    return ds->sources;
}
