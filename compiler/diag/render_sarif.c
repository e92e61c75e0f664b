/* render_sarif.c — findings as SARIF 2.1.0, one log of one run (7.2).
 *
 * Columns are UTF-16 units, as the standard assumes.  Promise: worst findings first, at most
 * RENDER_SARIF_MAX of them, with a note when some were cut; fingerprints depend on the code, the
 * item and the line's words, so that edits above a finding do not change them. */
#include "compiler/diag/diag_private.h"
#include "compiler/diag/render.h"
#include "vm/base/hash.h"
#include "vm/base/json.h"
#include "vm/base/sort.h"

typedef struct Log {
    JsonWriter w;
    Arena *scratch;
    VEC(const Diag *) found;           /* worst first */
    VEC(uint64_t) line_hashes;         /* of the results written so far */
    uint16_t rule_of[DIAG_CODE_COUNT]; /* index + 1 */
} Log;

static const struct {
    const char *means, *matters, *avoid, *prefer;
} pages[DIAG_CODE_COUNT] = {
#define PAGE(code, means, matters, avoid, prefer, ignore, fix, see) \
    [code] = {means, matters, avoid, prefer},
#include "compiler/diag/pages.def"
#undef PAGE
};

/* ---- writing ---------------------------------------------------------------------------------- */

static void key(Log *l, const char *name)
{
    json_write_key(&l->w, span_str(name));
}

static void put_text(Log *l, const char *name, Span text)
{
    key(l, name);
    json_write_string(&l->w, text);
}

static void put_str(Log *l, const char *name, const char *text)
{
    put_text(l, name, span_str(text));
}

static void put_uint(Log *l, const char *name, uint64_t v)
{
    key(l, name);
    json_write_uint(&l->w, v);
}

static void open_object(Log *l, const char *name)
{
    if (name) key(l, name);
    json_write_object(&l->w);
}

static void close_object(Log *l)
{
    json_write_object_end(&l->w);
}

static void open_array(Log *l, const char *name)
{
    key(l, name);
    json_write_array(&l->w);
}

static void close_array(Log *l)
{
    json_write_array_end(&l->w);
}

/* {"text": ...} */
static void put_message(Log *l, const char *name, Span text)
{
    open_object(l, name);
    put_text(l, "text", text);
    close_object(l);
}

/* ---- rules ------------------------------------------------------------------------------------ */

static const char *level_name(DiagLevel level)
{
    return level == LEVEL_OFF ? "none" : diag_level_name(level);
}

static Span help_markdown(Log *l, DiagCode code)
{
    Buf b;

    buf_init(&b, l->scratch, SOURCE_MAX_BYTES);
    buf_fmt(&b, "%s\n\n%s\n", pages[code].means, pages[code].matters);
    buf_fmt(&b, "\n%s\n\n```odx\n%s\n```\n", diag_text(T_PAGE_AVOID), pages[code].avoid);
    buf_fmt(&b, "\n%s\n\n```odx\n%s\n```\n", diag_text(T_PAGE_PREFER), pages[code].prefer);
    return buf_span(&b);
}

static void put_rule(Log *l, DiagCode code)
{
    const DiagInfo *info = diag_info(code);
    const DiagAbout *about = diag_about(code);

    open_object(l, NULL);
    put_str(l, "id", info->code);
    put_str(l, "name", about->name);
    put_message(l, "shortDescription", span_str(about->title));
    put_message(l, "fullDescription",
                span_str(pages[code].means ? pages[code].means : about->title));
    if (pages[code].means) {
        open_object(l, "help");
        put_str(l, "text", pages[code].matters);
        put_text(l, "markdown", help_markdown(l, code));
        close_object(l);
    }
    open_object(l, "defaultConfiguration");
    put_str(l, "level", level_name(info->level));
    close_object(l);
    open_object(l, "properties");
    open_array(l, "tags");
    json_write_string(&l->w, span_str(diag_chapter_name(about->chapter)));
    close_array(l);
    close_object(l);
    close_object(l);
}

static void put_driver(Log *l, Span version)
{
    uint16_t rules = 0;

    open_object(l, "tool");
    open_object(l, "driver");
    put_str(l, "name", "odx");
    put_text(l, "version", version);
    put_text(l, "semanticVersion", version);
    open_array(l, "rules");
    for (size_t i = 0; i < l->found.count; i++)
        l->rule_of[l->found.items[i]->code] = 1;
    for (DiagCode c = ODX_NONE + 1; c < DIAG_CODE_COUNT; c++) {
        if (!l->rule_of[c]) continue;
        l->rule_of[c] = ++rules;
        put_rule(l, c);
    }
    close_array(l);
    close_object(l);
    close_object(l);
}

/* ---- places ----------------------------------------------------------------------------------- */

static const Source *source_of(const Diag *d, Place place)
{
    return sources_get(d->owner->sources, place.file);
}

static bool is_plain_in_uri(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '-' || c == '_' || c == '~';
}

static void put_uri(Log *l, Span name)
{
    Buf b;

    buf_init(&b, l->scratch, 4 * name.len + 16);
    if (name.len && name.ptr[0] == '/') buf_str(&b, "file://");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];

        if (is_plain_in_uri((char)c)) {
            buf_char(&b, (char)c);
            continue;
        }
        buf_char(&b, '%');
        buf_char(&b, "0123456789ABCDEF"[c >> 4]);
        buf_char(&b, "0123456789ABCDEF"[c & 15]);
    }
    open_object(l, "artifactLocation");
    put_text(l, "uri", buf_span(&b));
    close_object(l);
}

static void put_region(Log *l, const char *name, const Source *s, Place place)
{
    Position from = source_position(s, place.begin), to = source_position(s, place.end);

    open_object(l, name);
    put_uint(l, "startLine", from.line);
    put_uint(l, "startColumn", from.utf16_column);
    put_uint(l, "endLine", to.line);
    put_uint(l, "endColumn", to.utf16_column);
    close_object(l);
}

static void put_location(Log *l, const Diag *d, Place place)
{
    const Source *s = source_of(d, place);

    open_object(l, "physicalLocation");
    if (s) {
        put_uri(l, s->name);
        put_region(l, "region", s, place);
    }
    close_object(l);
}

static void put_related(Log *l, const Diag *d)
{
    uint64_t id = 1;

    if (!d->marks) return;
    open_array(l, "relatedLocations");
    for (const DiagMark *m = d->marks; m; m = m->next) {
        open_object(l, NULL);
        put_uint(l, "id", id++);
        put_location(l, d, m->place);
        put_message(l, "message", m->label);
        close_object(l);
    }
    close_array(l);
}

/* ---- fixes ------------------------------------------------------------------------------------ */

static void put_fix(Log *l, const Diag *d, const DiagHelp *h)
{
    const Source *s = source_of(d, d->place);

    open_object(l, NULL);
    put_message(l, "description", h->text);
    open_array(l, "artifactChanges");
    open_object(l, NULL);
    put_uri(l, s->name);
    open_array(l, "replacements");
    for (const DiagEdit *e = h->edits; e; e = e->next) {
        open_object(l, NULL);
        put_region(l, "deletedRegion", s, e->place);
        put_message(l, "insertedContent", e->insert);
        close_object(l);
    }
    close_array(l);
    close_object(l);
    close_array(l);
    close_object(l);
}

static void put_fixes(Log *l, const Diag *d)
{
    bool has_any = false;

    for (const DiagHelp *h = d->helps; h; h = h->next) {
        if (h->fix != FIX_SAFE || !h->edits || !source_of(d, d->place)) continue;
        if (!has_any) open_array(l, "fixes");
        has_any = true;
        put_fix(l, d, h);
    }
    if (has_any) close_array(l);
}

/* ---- fingerprints ----------------------------------------------------------------------------- */

/* The line without its white space. */
static Span bare_line(Log *l, const Diag *d)
{
    const Source *s = source_of(d, d->place);
    Span line = s ? source_line(s, source_position(s, d->place.begin).line) : (Span){0};
    Buf b;

    buf_init(&b, l->scratch, line.len + 1);
    for (size_t i = 0; i < line.len; i++)
        if (!span_is_space(line.ptr[i])) buf_char(&b, line.ptr[i]);
    return buf_span(&b);
}

/* Which one of the results with this hash it is. */
static size_t count_hash(Log *l, uint64_t hash)
{
    size_t n = 1;

    for (size_t i = 0; i < l->line_hashes.count; i++)
        n += l->line_hashes.items[i] == hash;
    (void)vec_push(l->scratch, &l->line_hashes, hash);
    return n;
}

static void put_hash(Log *l, const char *name, uint64_t hash, size_t count)
{
    char mem[48];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_hex(&b, hash, 16);
    if (count) buf_fmt(&b, ":%zu", count);
    put_text(l, name, buf_span(&b));
}

static void put_fingerprints(Log *l, const Diag *d)
{
    const Source *s = source_of(d, d->place);
    Span line = bare_line(l, d);
    uint64_t line_hash = hash_span(line);
    Buf b;

    buf_init(&b, l->scratch, line.len + d->item.len + 64);
    buf_fmt(&b, "%s\n%S\n%S", diag_info(d->code)->code, d->item, line);
    if (s) line_hash ^= hash_span(s->name) * 31;
    open_object(l, "partialFingerprints");
    put_hash(l, "primaryLocationLineHash", line_hash, count_hash(l, line_hash));
    put_hash(l, "odxStable/v1", hash_span(buf_span(&b)), 0);
    close_object(l);
}

/* ---- results ---------------------------------------------------------------------------------- */

static void put_suppression(Log *l, const Diag *d)
{
    if (!d->allowed.len) return;
    open_array(l, "suppressions");
    open_object(l, NULL);
    put_str(l, "kind", "inSource");
    put_text(l, "justification", d->allowed);
    close_object(l);
    close_array(l);
}

static void put_result(Log *l, const Diag *d)
{
    open_object(l, NULL);
    put_str(l, "ruleId", diag_info(d->code)->code);
    put_uint(l, "ruleIndex", (uint64_t)(l->rule_of[d->code] - 1));
    put_str(l, "level", level_name(d->level));
    put_message(l, "message", d->title);
    open_array(l, "locations");
    open_object(l, NULL);
    put_location(l, d, d->place);
    close_object(l);
    close_array(l);
    put_related(l, d);
    put_fixes(l, d);
    put_suppression(l, d);
    put_fingerprints(l, d);
    close_object(l);
}

static void put_cut_note(Log *l, size_t shown)
{
    const DiagArg args[] = {arg_int((int64_t)shown), arg_int((int64_t)l->found.count)};
    Buf b;

    buf_init(&b, l->scratch, 256);
    diag_fill_in(&b, l->found.items[0]->owner, T_CUT, args, 2);
    open_array(l, "invocations");
    open_object(l, NULL);
    key(l, "executionSuccessful");
    json_write_bool(&l->w, true);
    open_array(l, "toolExecutionNotifications");
    open_object(l, NULL);
    put_str(l, "level", "note");
    put_message(l, "message", buf_span(&b));
    close_object(l);
    close_array(l);
    close_object(l);
    close_array(l);
}

static int compare_levels(const void *va, const void *vb, void *ctx)
{
    const Diag *a = *(const Diag *const *)va, *b = *(const Diag *const *)vb;

    (void)ctx;
    return (int)b->level - (int)a->level;
}

static void collect(Log *l, RenderSet set)
{
    for (size_t i = 0; i < set.count; i++)
        for (size_t k = 0; k < diags_count(set.list[i]); k++)
            (void)vec_push(l->scratch, &l->found, diags_get(set.list[i], k));
    (void)sort_stable(l->found.items, l->found.count, sizeof *l->found.items, compare_levels, NULL,
                      l->scratch);
}

void render_sarif(Buf *out, RenderSet set, Span tool_version, Arena *scratch)
{
    Log l = {.scratch = scratch};
    size_t shown;

    json_write_init(&l.w, out, false);
    collect(&l, set);
    shown = l.found.count < RENDER_SARIF_MAX ? l.found.count : RENDER_SARIF_MAX;
    open_object(&l, NULL);
    put_str(&l, "version", "2.1.0");
    put_str(&l, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    open_array(&l, "runs");
    open_object(&l, NULL);
    put_driver(&l, tool_version);
    put_str(&l, "columnKind", "utf16CodeUnits");
    if (shown < l.found.count) put_cut_note(&l, shown);
    open_array(&l, "results");
    for (size_t i = 0; i < shown; i++)
        put_result(&l, l.found.items[i]);
    close_array(&l);
    close_object(&l);
    close_array(&l);
    close_object(&l);
    buf_char(out, '\n');
}
