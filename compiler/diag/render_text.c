/* render_text.c — findings for people, as part 7 of the language shows them.
 *
 * Every marked line is shown once; the rightmost label of a line stands behind its mark, the others
 * hang below.  Columns are counted as a terminal shows them. */
#include <string.h>

#include "compiler/diag/diag_private.h"
#include "compiler/diag/render.h"
#include "vm/base/utf8.h"

#define MARKS_MAX 32 /* shown of one finding */
#define LINES_MAX 12 /* of one side of a fix */

/* Of a longer line, such as a JSON document in one, what stands around the mark is shown. */
enum { LONG_LINE = 400, SHOWN_BEFORE = 60, SHOWN = 160 };

typedef struct Mark {
    Place place;
    Span label;
    bool is_primary;
    uint32_t line;
    size_t column, width; /* as shown, from 0 */
    bool is_hidden;       /* beyond what is shown of the line */
} Mark;

typedef struct Page {
    Buf *out;
    const Diag *d;
    bool has_color;
    const char *color;
    size_t gutter; /* digits of the largest line number */
    Mark marks[MARKS_MAX];
    size_t mark_count;
} Page;

/* ---- colour ----------------------------------------------------------------------------------- */

static const char *color_of(DiagLevel level)
{
    switch (level) {
    case LEVEL_ERROR:
        return "\x1b[1;31m";
    case LEVEL_WARNING:
        return "\x1b[1;33m";
    default:
        return "\x1b[1;36m";
    }
}

static void paint(Page *p, const char *color)
{
    if (p->has_color) buf_str(p->out, color);
}

static void paint_quiet(Page *p)
{
    paint(p, "\x1b[1;34m");
}

static void paint_off(Page *p)
{
    paint(p, "\x1b[0m");
}

/* ---- one line of source ----------------------------------------------------------------------- */

static size_t shown_width(Span text)
{
    size_t width = 0;

    while (text.len) {
        size_t len;
        uint32_t code = utf8_decode(text, &len, NULL);

        width += code < 0xa0 ? 1 : (size_t)utf8_code_width(code);
        text = span_from(text, len);
    }
    return width;
}

static void put_gutter(Page *p, uint32_t line)
{
    size_t digits = 1;

    paint_quiet(p);
    for (uint32_t v = line; v >= 10; v /= 10)
        digits++;
    if (line) {
        buf_fill(p->out, ' ', p->gutter - digits);
        buf_uint(p->out, line);
    } else {
        buf_fill(p->out, ' ', p->gutter);
    }
    buf_str(p->out, " |");
    paint_off(p);
}

static void put_column(Page *p, size_t *at, size_t column)
{
    if (*at < column) buf_fill(p->out, ' ', column - *at);
    if (*at < column) *at = column;
}

/* ---- marks ------------------------------------------------------------------------------------ */

/* What is shown of a line, and whether it goes on at either end. */
typedef struct Shown {
    Span text;
    uint32_t start; /* offset in the file */
    bool is_cut_before, is_cut_behind;
} Shown;

/* Back to where a character begins; what is no UTF-8 has no such place. */
static size_t char_start(Span text, size_t at)
{
    size_t start = at;

    while (start > 0 && start < text.len && at - start < UTF8_MAX &&
           ((unsigned char)text.ptr[start] & 0xc0) == 0x80)
        start--;
    return start;
}

static Shown shown_line(const Source *s, uint32_t line, uint32_t mark)
{
    Shown w = {.text = source_line(s, line), .start = source_line_start(s, line)};
    size_t at = mark > w.start ? mark - w.start : 0, from, to;

    if (w.text.len <= LONG_LINE) return w;
    if (at > w.text.len) at = w.text.len;
    from = char_start(w.text, at > SHOWN_BEFORE ? at - SHOWN_BEFORE : 0);
    to = char_start(w.text, from + SHOWN < w.text.len ? from + SHOWN : w.text.len);
    w.is_cut_before = from > 0;
    w.is_cut_behind = to < w.text.len;
    w.text = span_sub(w.text, from, to - from);
    w.start += (uint32_t)from;
    return w;
}

static void place_mark(Mark *m, const Shown *w)
{
    size_t len = w->text.len, begin = m->place.begin, end = m->place.end;

    m->is_hidden =
        (w->is_cut_before && begin < w->start) || (w->is_cut_behind && begin >= w->start + len);
    begin = begin < w->start ? 0 : begin - w->start < len ? begin - w->start : len;
    end = end < w->start ? begin : end - w->start < len ? end - w->start : len;
    m->column = shown_width(span_sub(w->text, 0, begin)) + (w->is_cut_before ? 3 : 0);
    m->width = end > begin ? shown_width(span_sub(w->text, begin, end - begin)) : 1;
    if (m->width == 0) m->width = 1;
}

static void add_mark(Page *p, const Source *s, Place place, Span label, bool is_primary)
{
    Mark m = {.place = place, .label = label, .is_primary = is_primary};
    size_t i = p->mark_count;

    if (i == MARKS_MAX || !s || place.file != s->file) return;
    m.line = source_position(s, place.begin).line;
    while (i > 0 &&
           (p->marks[i - 1].line > m.line ||
            (p->marks[i - 1].line == m.line && p->marks[i - 1].place.begin > m.place.begin))) {
        p->marks[i] = p->marks[i - 1];
        i--;
    }
    p->marks[i] = m;
    p->mark_count++;
}

/* Places marks[from..to), which are on one line; those that are not shown are taken out.  Returns their
 * end. */
static size_t place_marks(Page *p, const Source *s, size_t from, size_t to, Shown *ret)
{
    size_t around = from, kept = from;

    for (size_t i = from; i < to; i++)
        if (p->marks[i].is_primary) around = i;
    *ret = shown_line(s, p->marks[from].line, p->marks[around].place.begin);
    for (size_t i = from; i < to; i++) {
        place_mark(&p->marks[i], ret);
        if (!p->marks[i].is_hidden) p->marks[kept++] = p->marks[i];
    }
    for (size_t i = to; i < p->mark_count; i++)
        p->marks[kept + i - to] = p->marks[i];
    p->mark_count -= to - kept;
    return kept;
}

/* `^^^^` and `----` of marks[from..to), then the label of the last one. */
static void put_mark_line(Page *p, size_t from, size_t to)
{
    size_t at = 0, end = 0;
    const Mark *last = &p->marks[to - 1];

    for (size_t i = from; i < to; i++)
        if (p->marks[i].column + p->marks[i].width > end)
            end = p->marks[i].column + p->marks[i].width;
    put_gutter(p, 0);
    buf_char(p->out, ' ');
    while (at < end) {
        char c = ' ';

        for (size_t i = from; i < to; i++) {
            const Mark *m = &p->marks[i];

            if (at < m->column || at >= m->column + m->width) continue;
            if (c != '^') c = m->is_primary ? '^' : '-';
        }
        if (c != ' ') paint(p, c == '^' ? p->color : "\x1b[1;34m");
        buf_char(p->out, c);
        if (c != ' ') paint_off(p);
        at++;
    }
    if (last->label.len) {
        buf_char(p->out, ' ');
        paint(p, last->is_primary ? p->color : "\x1b[1;34m");
        buf_visible(p->out, last->label);
        paint_off(p);
    }
    buf_char(p->out, '\n');
}

/* Bars for the hanging labels of marks[from..to). */
static void put_bars(Page *p, size_t from, size_t to, size_t *at)
{
    put_gutter(p, 0);
    buf_char(p->out, ' ');
    paint_quiet(p);
    for (size_t i = from; i < to; i++) {
        if (!p->marks[i].label.len || *at > p->marks[i].column) continue;
        put_column(p, at, p->marks[i].column);
        buf_char(p->out, '|');
        ++*at;
    }
    paint_off(p);
}

static bool has_label(const Page *p, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (p->marks[i].label.len) return true;
    return false;
}

static void put_hanging(Page *p, size_t from, size_t to)
{
    size_t at = 0;

    if (!has_label(p, from, to)) return;
    put_bars(p, from, to, &at);
    buf_char(p->out, '\n');
    for (size_t i = to; i-- > from;) {
        const Mark *m = &p->marks[i];

        if (!m->label.len) continue;
        at = 0;
        put_bars(p, from, i, &at);
        if (at > m->column) { /* a bar stands in the way: same column */
            buf_char(p->out, ' ');
            at++;
        }
        put_column(p, &at, m->column);
        paint(p, m->is_primary ? p->color : "\x1b[1;34m");
        buf_visible(p->out, m->label);
        paint_off(p);
        buf_char(p->out, '\n');
    }
}

static void put_lines(Page *p, const Source *s)
{
    size_t from = 0;

    while (from < p->mark_count) {
        uint32_t line = p->marks[from].line;
        size_t to = from;
        Shown shown;

        while (to < p->mark_count && p->marks[to].line == line)
            to++;
        if (from > 0 && p->marks[from - 1].line + 1 < line) buf_str(p->out, "...\n");
        to = place_marks(p, s, from, to, &shown);
        put_gutter(p, line);
        if (shown.text.len) buf_char(p->out, ' ');
        if (shown.is_cut_before) buf_str(p->out, "...");
        buf_visible(p->out, shown.text);
        if (shown.is_cut_behind) buf_str(p->out, "...");
        buf_char(p->out, '\n');
        put_mark_line(p, from, to);
        put_hanging(p, from, to - 1);
        from = to;
    }
}

static void set_gutter(Page *p)
{
    uint32_t line = 1;

    for (size_t i = 0; i < p->mark_count; i++)
        if (p->marks[i].line > line) line = p->marks[i].line;
    p->gutter = 1;
    for (; line >= 10; line /= 10)
        p->gutter++;
}

static void put_place(Page *p, const Source *s, uint32_t offset, const char *arrow)
{
    Position at = source_position(s, offset);

    buf_fill(p->out, ' ', p->gutter);
    paint_quiet(p);
    buf_str(p->out, arrow);
    paint_off(p);
    buf_visible(p->out, s->name);
    buf_fmt(p->out, ":%u:%u\n", at.line, at.column);
}

/* The marks that lie in other files than the finding's own. */
static void put_other_files(Page *p)
{
    const Sources *ss = p->d->owner->sources;

    for (uint16_t file = 0; file < ss->count; file++) {
        const Source *s = sources_get(ss, file);

        if (file == p->d->place.file) continue;
        p->mark_count = 0;
        for (const DiagMark *m = p->d->marks; m; m = m->next)
            add_mark(p, s, m->place, m->label, false);
        if (!p->mark_count) continue;
        put_place(p, s, p->marks[0].place.begin, "::: ");
        put_gutter(p, 0);
        buf_char(p->out, '\n');
        put_lines(p, s);
    }
}

static void put_excerpt(Page *p)
{
    const Source *s = sources_get(p->d->owner->sources, p->d->place.file);

    if (!s) return;
    add_mark(p, s, p->d->place, p->d->label, true);
    for (const DiagMark *m = p->d->marks; m; m = m->next)
        add_mark(p, s, m->place, m->label, false);
    set_gutter(p);
    put_place(p, s, p->d->place.begin, "--> ");
    put_gutter(p, 0);
    buf_char(p->out, '\n');
    put_lines(p, s);
    put_other_files(p);
    put_gutter(p, 0);
    buf_char(p->out, '\n');
}

/* ---- helps and fixes -------------------------------------------------------------------------- */

static TextId usual_note(FixClass fix)
{
    switch (fix) {
    case FIX_SAFE:
        return T_SAFE_FIX;
    case FIX_SUGGESTED:
        return T_SUGGESTED_FIX;
    case FIX_CHOICE:
        return T_CHOICE_FIX;
    default:
        return T_NONE;
    }
}

static void put_diff_line(Page *p, char sign, Span line)
{
    put_gutter(p, 0);
    buf_char(p->out, ' ');
    paint(p, sign == '+' ? "\x1b[32m" : "\x1b[31m");
    buf_char(p->out, sign);
    if (line.len) buf_char(p->out, ' ');
    buf_visible(p->out, line);
    paint_off(p);
    buf_char(p->out, '\n');
}

/* Leading blanks that all lines of both texts share; nobody needs to see them. */
static size_t shared_indent(Span text, size_t most)
{
    Span line;

    while (span_cut(&text, '\n', &line)) {
        size_t n = 0;

        while (n < line.len && line.ptr[n] == ' ')
            n++;
        if (n < line.len && n < most) most = n;
    }
    return most;
}

static void put_diff_lines(Page *p, char sign, Span text, size_t indent)
{
    Span line;

    for (size_t i = 0; span_cut(&text, '\n', &line); i++) {
        if (i == LINES_MAX) {
            put_diff_line(p, sign, SPAN("..."));
            return;
        }
        if (span_ends(line, SPAN("\r"))) line.len--;
        put_diff_line(p, sign, span_from(line, indent));
    }
}

static size_t line_len(Span text)
{
    size_t at = span_find_char(text, '\n');

    return at == SPAN_NONE_AT ? text.len : at + 1;
}

static size_t last_line_len(Span text)
{
    size_t n = text.len ? 1 : 0;

    while (n < text.len && text.ptr[text.len - n - 1] != '\n')
        n++;
    return n;
}

/* Takes whole lines that both begin with, or both end with, off both. */
static void drop_equal_lines(Span *a, Span *b)
{
    while (a->len && b->len) {
        size_t n = line_len(*a);

        if (a->ptr[n - 1] != '\n' || !span_starts(*b, span_sub(*a, 0, n))) break;
        *a = span_from(*a, n);
        *b = span_from(*b, n);
    }
    while (a->len && b->len) {
        size_t n = last_line_len(*a);

        if (n != last_line_len(*b) || !span_ends(*b, span_from(*a, a->len - n))) return;
        a->len -= n;
        b->len -= n;
    }
}

static uint32_t end_of_line(const Source *s, uint32_t offset)
{
    uint32_t line = source_position(s, offset).line;

    return line == s->line_count ? (uint32_t)s->text.len : source_line_start(s, line + 1);
}

/* The lines that the edits from `first` on touch together, before and after; returns the next one. */
static const DiagEdit *put_diff_group(Page *p, const Source *s, const DiagEdit *first)
{
    uint32_t begin = source_line_start(s, source_position(s, first->place.begin).line);
    uint32_t at = begin, end = begin;
    const DiagEdit *e = first;
    Span before, after;
    size_t indent;
    Buf b;

    buf_init(&b, p->d->owner->arena, 4 * SOURCE_MAX_BYTES);
    for (; e && (e == first || e->place.begin < end); e = e->next) {
        if (e->place.begin > at) buf_span_put(&b, span_sub(s->text, at, e->place.begin - at));
        buf_span_put(&b, e->insert);
        at = e->place.end;
        end = end_of_line(s, e->place.end);
    }
    if (end > at) buf_span_put(&b, span_sub(s->text, at, end - at));
    before = span_sub(s->text, begin, end - begin);
    after = buf_span(&b);
    drop_equal_lines(&before, &after);
    indent = shared_indent(after, shared_indent(before, SIZE_MAX));
    put_diff_lines(p, '-', before, indent);
    put_diff_lines(p, '+', after, indent);
    return e;
}

static void put_help(Page *p, const DiagHelp *h)
{
    const Source *s = sources_get(p->d->owner->sources, p->d->place.file);
    Span note = h->note.len ? h->note : span_str(diag_text(usual_note(h->fix)));
    const DiagEdit *e = h->edits;

    paint(p, "\x1b[1;32m");
    buf_str(p->out, diag_text(T_HELP));
    paint_off(p);
    buf_str(p->out, ": ");
    buf_visible(p->out, h->text);
    if (note.len) {
        buf_str(p->out, "   (");
        buf_visible(p->out, note);
        buf_char(p->out, ')');
    }
    buf_char(p->out, '\n');
    while (e && s && !s->is_json)
        e = put_diff_group(p, s, e);
}

/* ---- the door --------------------------------------------------------------------------------- */

void render_finding(Buf *out, const Diag *d, bool has_color)
{
    Page p = {.out = out, .d = d, .has_color = has_color, .color = color_of(d->level), .gutter = 1};

    paint(&p, p.color);
    buf_fmt(out, "%s[%s]", diag_level_name(d->level), diag_info(d->code)->code);
    paint_off(&p);
    paint(&p, "\x1b[1m");
    buf_str(out, ": ");
    buf_visible(out, d->title);
    paint_off(&p);
    buf_char(out, '\n');
    put_excerpt(&p);
    for (const DiagFact *f = d->facts; f; f = f->next) {
        buf_fill(out, ' ', p.gutter + 1);
        paint_quiet(&p);
        buf_char(out, '=');
        paint_off(&p);
        buf_char(out, ' ');
        buf_visible(out, f->text);
        buf_char(out, '\n');
    }
    for (const DiagHelp *h = d->helps; h; h = h->next)
        put_help(&p, h);
}

void render_text(Buf *out, const Diags *ds, bool has_color)
{
    bool is_first = true;

    for (size_t i = 0; i < diags_count(ds); i++) {
        const Diag *d = diags_get(ds, i);

        if (d->allowed.len) continue;
        if (!is_first) buf_char(out, '\n');
        render_finding(out, d, has_color);
        is_first = false;
    }
}
