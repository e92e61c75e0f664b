/* ticks_write.c — see ticks_write.h. */
#include "runtime/history/ticks_write.h"

#include "vm/base/fixed.h"
#include "vm/base/num.h"

enum { MOVE_ID = 34, ABS_MOVE_ID = 35, FUNDING_ID = 39, PLACES_MAX = 18 };

static bool is_written(uint64_t columns, uint32_t id)
{
    return columns >> id & 1 && tape_column_info(id)->name[0];
}

void ticks_put_names(uint64_t columns, Span symbol, Buf *out)
{
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        if (!is_written(columns, id)) continue;
        if (id) buf_char(out, ',');
        buf_str(out, tape_column_info(id)->name);
        if (id == TAPE_TS && symbol.len) buf_str(out, ",symbol");
    }
    buf_char(out, '\n');
}

/* Percentages stand a hundred times as large, moved by two digits and never multiplied. */
static void put_percent(Buf *out, double x)
{
    int exp10;
    uint64_t digits = num_digits(x, &exp10);

    if (x < 0) buf_char(out, '-');
    exp10 += 2;
    if (exp10 <= 0 && exp10 >= -PLACES_MAX && digits < INT64_MAX) {
        fx_put_short(out, (int64_t)digits, -exp10);
        return;
    }
    buf_uint(out, digits);
    buf_char(out, 'e');
    buf_int(out, exp10);
}

static void put_number(Buf *out, uint32_t id, double x)
{
    if (!num_is_known(x)) return;
    if (x != 0 && (id == MOVE_ID || id == ABS_MOVE_ID || id == FUNDING_ID))
        put_percent(out, x);
    else
        buf_num(out, x);
}

static void put_whole(Buf *out, uint32_t id, int64_t cell)
{
    if (cell != MICROS_UNKNOWN) fx_put_short(out, cell, id == TAPE_TS ? 3 : FX_PLACES);
}

void ticks_put_row(const TickRow *row, uint64_t columns, Span symbol, Buf *out)
{
    for (uint32_t id = 0; id < TAPE_COLUMNS; id++) {
        const TapeColumnInfo *info = tape_column_info(id);
        int64_t cell;

        if (!is_written(columns, id)) continue;
        memcpy(&cell, (const char *)row + info->word * sizeof cell, sizeof cell);
        if (id) buf_char(out, ',');
        if (info->kind == TAPE_NUMBER)
            put_number(out, id, num_from_bits((uint64_t)cell));
        else
            put_whole(out, id, cell);
        if (id == TAPE_TS && symbol.len) {
            buf_char(out, ',');
            buf_span_put(out, symbol);
        }
    }
    buf_char(out, '\n');
}
