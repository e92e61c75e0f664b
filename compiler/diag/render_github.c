/* render_github.c — workflow commands and the step summary (7.2).
 *
 * Promise: at most ten errors and ten warnings, as the platform shows no more; the totals come first;
 * nothing a strategy contains can end a command or a table cell. */
#include "compiler/diag/diag_private.h"
#include "compiler/diag/render.h"

static DiagCounts total(RenderSet set)
{
    DiagCounts sum = {0};

    for (size_t i = 0; i < set.count; i++) {
        DiagCounts c = diags_counts(set.list[i]);

        sum.errors += c.errors;
        sum.warnings += c.warnings;
        sum.notes += c.notes;
    }
    return sum;
}

static void put_count(Buf *out, RenderSet set, uint32_t n, TextId one, TextId many, bool *has_any)
{
    const DiagArg arg = arg_int(n);

    if (n == 0) return;
    if (*has_any) buf_str(out, ", ");
    diag_fill_in(out, set.list[0], n == 1 ? one : many, &arg, 1);
    *has_any = true;
}

void render_totals(Buf *out, RenderSet set, size_t file_count)
{
    const DiagArg files = arg_int((int64_t)file_count);
    DiagCounts sum = total(set);
    bool has_any = false;

    put_count(out, set, sum.errors, T_ONE_ERROR, T_ERRORS, &has_any);
    put_count(out, set, sum.warnings, T_ONE_WARNING, T_WARNINGS, &has_any);
    put_count(out, set, sum.notes, T_ONE_NOTE, T_NOTES, &has_any);
    if (!has_any) buf_str(out, diag_text(T_NO_FINDINGS));
    buf_char(out, ' ');
    if (set.count)
        diag_fill_in(out, set.list[0], file_count == 1 ? T_IN_ONE_FILE : T_IN_FILES, &files, 1);
}

/* Data of a command; properties escape two characters more. */
static void put_escaped(Buf *out, Span text, bool is_property)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ',')))
            buf_fmt(out, "%%%c%c", "0123456789ABCDEF"[(c >> 4) & 15], "0123456789ABCDEF"[c & 15]);
        else
            buf_char(out, c);
    }
}

static void put_command(Buf *out, const Diag *d)
{
    const Source *s = sources_get(d->owner->sources, d->place.file);

    buf_fmt(out, "::%s ", diag_level_name(d->level));
    if (s) {
        Position from = source_position(s, d->place.begin), to = source_position(s, d->place.end);

        buf_str(out, "file=");
        put_escaped(out, s->name, true);
        buf_fmt(out, ",line=%u,col=%u", from.line, from.utf16_column);
        if (to.line == from.line)
            buf_fmt(out, ",endColumn=%u", to.utf16_column);
        else
            buf_fmt(out, ",endLine=%u", to.line);
        buf_char(out, ',');
    }
    buf_fmt(out, "title=%s::", diag_info(d->code)->code);
    put_escaped(out, d->title, false);
    if (d->helps) {
        buf_str(out, "; ");
        put_escaped(out, d->helps->text, false);
    }
    buf_char(out, '\n');
}

static void put_commands(Buf *out, RenderSet set, DiagLevel level)
{
    size_t shown = 0;

    for (size_t i = 0; i < set.count; i++)
        for (size_t k = 0; k < diags_count(set.list[i]); k++) {
            const Diag *d = diags_get(set.list[i], k);

            if (d->level != level || d->allowed.len) continue;
            if (shown++ == RENDER_GITHUB_MAX) return;
            put_command(out, d);
        }
}

void render_github(Buf *out, RenderSet set, size_t file_count)
{
    buf_str(out, "::notice title=odx::");
    render_totals(out, set, file_count);
    buf_char(out, '\n');
    put_commands(out, set, LEVEL_ERROR);
    put_commands(out, set, LEVEL_WARNING);
}

static void put_cell(Buf *out, Span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '|' || c == '<' || c == '\\') buf_char(out, '\\');
        buf_char(out, c == '\n' || c == '\r' ? ' ' : c);
    }
}

static void put_row(Buf *out, const Diag *d)
{
    const Source *s = sources_get(d->owner->sources, d->place.file);

    buf_fmt(out, "| %s | %s | ", diag_level_name(d->level), diag_info(d->code)->code);
    if (s) {
        Position at = source_position(s, d->place.begin);

        put_cell(out, s->name);
        buf_fmt(out, ":%u:%u", at.line, at.column);
    }
    buf_str(out, " | ");
    put_cell(out, d->title);
    buf_str(out, " |\n");
}

void render_github_summary(Buf *out, RenderSet set, size_t file_count)
{
    render_totals(out, set, file_count);
    buf_fmt(out, "\n\n%s\n|---|---|---|---|\n", diag_text(T_SUMMARY_HEAD));
    for (size_t i = 0; i < set.count; i++)
        for (size_t k = 0; k < diags_count(set.list[i]); k++)
            if (!diags_get(set.list[i], k)->allowed.len) put_row(out, diags_get(set.list[i], k));
}
