/* import_rows.c — the rows of a recording: what kind it is, cells, what is wrong with them.  See import_inside.h. */
#include "runtime/history/import_inside.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

enum { PROGRESS_ROWS = 1 << 14, EXAMPLE_BYTES = 100 };

static const Format formats[] = {
#define FORMAT(name, kind, venue, symbol, seconds, has, has_not)                               \
    {SPAN_INIT(name), SPAN_INIT(venue), SPAN_INIT(symbol), SPAN_INIT(has), SPAN_INIT(has_not), \
     FORMAT_##kind,   seconds},
#include "runtime/history/formats.def"
#undef FORMAT
};

static const struct {
    const char *name, *says;
    bool is_strict;
} problems[] = {
#define PROBLEM(id, name, is_strict, says) {name, says, is_strict},
#include "runtime/history/problems.def"
#undef PROBLEM
};

const char *import_problem_name(ImportProblem p)
{
    return problems[p].name;
}

const char *import_problem_says(ImportProblem p)
{
    return problems[p].says;
}

void import_problem(Import *im, ImportProblem p)
{
    ImportReport *r = im->report;
    Span text = span_sub(im->text, 0, EXAMPLE_BYTES);

    if (r->problems[p]++ < IMPORT_EXAMPLES)
        (void)vec_push(im->arena, &r->examples,
                       (ImportExample){p, im->line, arena_span(im->arena, text)});
}

/* ---- the header ------------------------------------------------------------------------------------ */

static bool has_column(const Import *im, Span name)
{
    for (uint32_t i = 0; i < im->column_count; i++)
        if (span_is(im->names[i], name)) return true;
    return false;
}

static bool format_fits(const Import *im, const Format *f)
{
    Span has = f->has, has_not = f->has_not, name;

    while (span_cut(&has, ',', &name))
        if (!has_column(im, name)) return false;
    while (span_cut(&has_not, ',', &name))
        if (has_column(im, name)) return false;
    return true;
}

/* venue:asset:15m over what the format says. */
bool import_read_stream(Import *im)
{
    Span rest = im->how->stream, part;
    double seconds;

    if (!span_cut(&rest, ':', &part)) return true;
    im->venue = part;
    if (!span_cut(&rest, ':', &part)) return true;
    im->asset = part;
    if (!span_cut(&rest, ':', &part)) return true;
    if (part.len < 2 || !num_parse(span_sub(part, 0, part.len - 1), &seconds)) return false;
    switch (part.ptr[part.len - 1]) {
    case 'd':
        seconds *= 24;
        __attribute__((fallthrough));
    case 'h':
        seconds *= 60;
        __attribute__((fallthrough));
    case 'm':
        seconds *= 60;
        __attribute__((fallthrough));
    case 's':
        break;
    default:
        return false;
    }
    im->slot_us = (int64_t)(seconds * 1e6);
    return seconds > 0 && seconds < 1e8;
}

static bool is_fine_name(Span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
              (name.ptr[i] >= '0' && name.ptr[i] <= '9')))
            return false;
    return name.len > 0 && name.len <= 24;
}

Status import_format(Import *im)
{
    bool has_time = false;

    for (uint32_t i = 0; i < im->column_count; i++) {
        im->columns[i] = cell_column(im->names[i]);
        has_time |= cell_is_time(im->columns[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(formats) && !im->format; i++)
        if (format_fits(im, &formats[i])) im->format = &formats[i];
    im->report->format = im->format->name;
    im->venue = im->format->venue;
    im->asset = im->format->symbol;
    im->slot_us = im->format->seconds * FX_ONE;
    if (!import_read_stream(im) || !is_fine_name(im->venue))
        return err_set(im->err, ST_BAD_INPUT,
                       "`%S`: a stream is VENUE:ASSET:DURATION, as in polymarket:btc:15m",
                       im->how->stream);
    if (im->format->kind == FORMAT_TICKS && !has_time)
        return err_set(im->err, ST_BAD_DATA,
                       "%S: no column says when: captured_at, captured_at_ms or ts_us",
                       im->report->file);
    for (uint32_t i = 0; i < im->column_count && im->format->kind == FORMAT_TICKS; i++)
        if (!im->columns[i]) (void)vec_push(im->arena, &im->report->unknown, im->names[i]);
    return ST_OK;
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static bool is_nan(Span cell)
{
    return cell.len == 3 && (cell.ptr[0] | 32) == 'n' && (cell.ptr[1] | 32) == 'a' &&
           (cell.ptr[2] | 32) == 'n';
}

/* Cells into the row; false when one of them is damaged. */
static bool take_cells(Import *im, uint32_t count)
{
    cell_row_clear(&im->row);
    for (uint32_t i = 0; i < count; i++) {
        const CellColumn *c = im->columns[i];

        if (!c || !im->cells[i].len || cell_put_within(&im->row, c, im->cells[i], im->limit))
            continue;
        if (!is_nan(im->cells[i])) {
            import_problem(im, PROBLEM_CELL);
            return false;
        }
        import_problem(im, PROBLEM_NAN);
    }
    cell_row_end(&im->row);
    return true;
}

static bool is_of_no_time(const Import *im)
{
    return im->format->kind == FORMAT_RESULTS;
}

static void take_label(Import *im, Slot *slot)
{
    const CellRow *r = &im->row;

    if (r->winner >= 0) slot->winner = r->winner;
    if (num_is_known(r->price_start)) slot->price_start = r->price_start;
    if (num_is_known(r->spot_close)) slot->price_end = r->spot_close;
    im->report->labels += is_of_no_time(im);
}

static Status take_tick(Import *im)
{
    CellRow *r = &im->row;
    bool is_outside = false;
    Stream *s;

    if (!r->row.slot_us && r->row.slot_start_us != MICROS_UNKNOWN) r->row.slot_us = im->slot_us;
    if (is_of_no_time(im)) r->row.ts_us = r->row.slot_start_us;
    if (r->row.ts_us == MICROS_UNKNOWN || !cell_row_is_sane(r)) {
        import_problem(im, PROBLEM_TIME);
        return ST_OK;
    }
    s = import_stream(im, r->symbol, r->row.slot_us);
    if (!s) return im->err->status;
    cell_hold(&s->held, r);
    if (r->row.slot_us) {
        Slot *slot = import_slot(im, s, r->row.slot_start_us, r->row.slot_us);

        if (!slot) return err_set(im->err, ST_NO_MEMORY, "no memory for another slot");
        take_label(im, slot);
        if (is_of_no_time(im)) return ST_OK;
        is_outside = cell_row_is_outside(r);
        import_slot_row(im, s, slot, is_outside);
    }
    if (!is_outside) return import_tick(im, s, &r->row);
    import_problem(im, PROBLEM_OUTSIDE);
    return ST_OK;
}

Status import_cells(Import *im, uint32_t count)
{
    if (im->report->rows++ % PROGRESS_ROWS == 0 && im->how->progress)
        im->how->progress(im->how->ctx, &(ImportProgress){.rows = im->report->rows});
    if (count != im->column_count) {
        import_problem(im, PROBLEM_CELLS);
        return ST_OK;
    }
    if (im->format->kind == FORMAT_FILLS) return import_fill_row(im);
    return take_cells(im, count) ? take_tick(im) : ST_OK;
}

/* ---- CSV ------------------------------------------------------------------------------------------- */

/* A cell that begins with a quote ends at the next one that is not doubled. */
static Span cut_quoted(Span *rest)
{
    size_t end = 1;
    Span cell;

    while (end < rest->len &&
           (rest->ptr[end] != '"' || (end + 1 < rest->len && rest->ptr[end + 1] == '"')))
        end += rest->ptr[end] == '"' ? 2 : 1;
    cell = span_sub(*rest, 1, end - 1);
    *rest = span_from(*rest, end + 1);
    if (rest->len && rest->ptr[0] == ',') *rest = span_from(*rest, 1);
    return cell;
}

static uint32_t split_quoted(Import *im, Span line)
{
    const char *end = line.ptr + line.len;
    uint32_t n = 0;

    for (; line.len && n < IMPORT_COLUMNS; n++)
        if (line.ptr[0] == '"')
            im->cells[n] = cut_quoted(&line);
        else
            span_cut(&line, ',', &im->cells[n]);
    return end[-1] == ',' && n < IMPORT_COLUMNS ? (im->cells[n] = (Span){"", 0}, n + 1) : n;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (uint8_t)(byte))

/* The top bit of each byte that is `byte`, and of no other. */
static uint64_t bytes_that_are(uint64_t word, char byte)
{
    uint64_t x = word ^ EACH(byte), low = EACH(0x7f);

    return ~(((x & low) + low) | x | low);
}

/* Cells that end within eight bytes at `p`; false when there are too many. */
static inline bool split_word(Import *im, const char *p, uint64_t word, const char **from,
                              uint32_t *n)
{
    for (uint64_t commas = bytes_that_are(word, ','); commas; commas &= commas - 1) {
        const char *at = p + __builtin_ctzll(commas) / 8;

        if (*n == IMPORT_COLUMNS - 1) return false;
        im->cells[(*n)++] = span_of(*from, (size_t)(at - *from));
        *from = at + 1;
    }
    return true;
}

/* Eight bytes at a time: where commas are is not foretold by where they were. */
static uint32_t split(Import *im, Span line)
{
    const char *p = line.ptr, *end = line.ptr + line.len, *from = line.ptr;
    uint64_t word = 0, quotes = 0;
    uint32_t n = 0;

    for (; end - p >= 8; p += 8) {
        memcpy(&word, p, sizeof word);
        quotes |= bytes_that_are(word, '"');
        if (!split_word(im, p, word, &from, &n)) return IMPORT_COLUMNS;
    }
    word = 0;
    for (size_t i = 0; p + i < end; i++)
        word |= (uint64_t)(uint8_t)p[i] << 8 * i;
    quotes |= bytes_that_are(word, '"');
    if (!split_word(im, p, word, &from, &n)) return IMPORT_COLUMNS;
    if (quotes) return split_quoted(im, line);
    im->cells[n++] = span_of(from, (size_t)(end - from));
    return n;
}

static Span without_end(Span line)
{
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    return line;
}

/* The first line that is not empty is the header. */
Status import_line(Import *im, Span line)
{
    im->line++;
    im->text = line = without_end(line);
    im->limit = line.ptr + line.len;
    if (!line.len) return ST_OK;
    if (im->format) return import_cells(im, split(im, line));
    if (span_starts(line, SPAN("\xef\xbb\xbf"))) line = span_from(line, 3);
    im->column_count = split(im, line);
    for (uint32_t i = 0; i < im->column_count; i++)
        im->names[i] = arena_span(im->arena, span_trim(im->cells[i]));
    return import_format(im);
}

/* ---- the end --------------------------------------------------------------------------------------- */

void import_sum_up(Import *im)
{
    ImportReport *r = im->report;

    for (size_t i = 0; i < im->streams.count; i++) {
        const Stream *s = im->streams.items[i];
        ImportStream sum = {.name = s->name,
                            .ticks = s->ticks,
                            .slots = mapnum_count(&s->slots),
                            .first_us = s->first_us,
                            .last_us = s->last_us};
        MapIter it = mapnum_iter(&s->slots);

        for (MapNode *n; (n = map_next(&it));)
            sum.winners += ((const Slot *)n->ptr)->winner >= 0;
        r->ticks += s->ticks;
        (void)vec_push(im->arena, &r->streams, sum);
    }
}

bool import_is_refused(const Import *im)
{
    bool is_bad = false;

    for (int p = 0; p < PROBLEM_COUNT; p++)
        is_bad |= problems[p].is_strict && im->report->problems[p];
    return im->how->is_strict && is_bad;
}
