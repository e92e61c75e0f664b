/* import_fills.c — fills of wallets, as a log beside the ticks: fills.KEY.csv, columns of one table. */
#include "runtime/history/import_inside.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

/* What a log has, and where a recording has it; the first name that is there. */
static const struct {
    const char *name;
    Span from[2];
} parts[] = {
    {"ts", {SPAN_INIT("trade_ts")}}, {"slot_ts", {SPAN_INIT("slot_ts")}},
    {"kind", {SPAN_INIT("type")}},   {"outcome", {SPAN_INIT("outcome")}},
    {"side", {SPAN_INIT("side")}},   {"price", {SPAN_INIT("price")}},
    {"size", {SPAN_INIT("size")}},   {"usd", {SPAN_INIT("usdc_size"), SPAN_INIT("usd")}},
    {"tx", {SPAN_INIT("tx_hash")}},
};
enum { PART_TS = 0, PART_PRICE = 5, PART_SIZE = 6, PART_USD = 7 };

static Span cell_named(const Import *im, Span name)
{
    for (uint32_t i = 0; i < im->column_count; i++)
        if (name.len && span_is(im->names[i], name)) return im->cells[i];
    return (Span){"", 0};
}

/* "btc-updown-15m": the asset, and the length of its slots. */
static bool read_slug(Span slug, Span *ret_asset, int64_t *ret_us)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}};
    Span last = slug;
    int64_t count;

    *ret_asset = span_sub(slug, 0, span_find_char(slug, '-'));
    while (span_find_char(last, '-') != SPAN_NONE_AT)
        last = span_from(last, span_find_char(last, '-') + 1);
    if (last.len < 2 || !fx_parse(span_sub(last, 0, last.len - 1), 0, FX_DOWN, &count))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (last.ptr[last.len - 1] == units[i].unit && count > 0 && count < 1000) {
            *ret_us = count * units[i].seconds * FX_ONE;
            return true;
        }
    return false;
}

static Stream *stream_of(Import *im)
{
    Span slug = cell_named(im, SPAN("symbol_slug")), symbol = cell_named(im, SPAN("symbol"));
    Span length = cell_named(im, SPAN("slot_duration"));
    int64_t slot_us = im->slot_us;

    if ((slug.len && !read_slug(slug, &symbol, &slot_us)) ||
        (length.len && !fx_parse(length, FX_PLACES, FX_DOWN, &slot_us)) || slot_us < 0) {
        import_problem(im, PROBLEM_STREAM);
        return NULL;
    }
    return import_stream(im, symbol, slot_us);
}

static bool is_number_or_nothing(Span cell)
{
    double x;

    return !cell.len || num_parse(cell, &x);
}

Status import_fill_row(Import *im)
{
    Stream *s = stream_of(im);
    int64_t ts_us;

    if (!s) return im->err->status;
    if (!time_parse(cell_named(im, parts[PART_TS].from[0]), &ts_us) || ts_us < 0) {
        import_problem(im, PROBLEM_TIME);
        return ST_OK;
    }
    if (!s->fills.arena) {
        buf_init(&s->fills, im->arena, (size_t)512 << 20);
        for (size_t i = 0; i < ARRAY_LEN(parts); i++)
            buf_fmt(&s->fills, "%s%s", i ? "," : "", parts[i].name);
        buf_char(&s->fills, '\n');
    }
    for (size_t i = PART_PRICE; i <= PART_USD; i++)
        if (!is_number_or_nothing(cell_named(im, parts[i].from[0]))) {
            import_problem(im, PROBLEM_CELL);
            return ST_OK;
        }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        Span cell = cell_named(im, parts[i].from[0]);

        if (!cell.len) cell = cell_named(im, parts[i].from[1]);
        buf_fmt(&s->fills, "%s%S", i ? "," : "", cell);
    }
    buf_char(&s->fills, '\n');
    im->report->fills++;
    if (buf_is_full(&s->fills)) return err_set(im->err, ST_LIMIT, "too many fills");
    return ST_OK;
}
