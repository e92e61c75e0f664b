/* exports_backtest.c — see embed_backtest.h: numbers that are not believed are looked at, then the verb. */
#include "runtime/embed/backtest.h"
#include "runtime/embed/cursor.h"
#include "runtime/embed/data.h"
#include "runtime/embed/embed_backtest.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/sweep.h"

int32_t odx_data_open(uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? data_open(work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_data_file(int32_t data, uint32_t name_len, uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? data_file(data, name_len, work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_data_read(int32_t data, uint32_t rows)
{
    return data_read(data, rows);
}

int32_t odx_data_columns(int32_t data, uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? data_columns(data, work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_data_close(int32_t data)
{
    return data_close(data);
}

int32_t odx_sweep_open(uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? sweep_open(work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_sweep_step(int32_t sweep, uint32_t cells)
{
    return sweep_go(sweep, cells);
}

int32_t odx_sweep_result(int32_t sweep, uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? sweep_result(sweep, work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_sweep_trials(int32_t sweep)
{
    return sweep_records(sweep);
}

int32_t odx_sweep_close(int32_t sweep)
{
    return sweep_close(sweep);
}

int32_t odx_backtest_open(uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? backtest_open(work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_backtest_step(int32_t backtest, uint32_t ticks)
{
    return backtest_go(backtest, ticks);
}

int32_t odx_backtest_result(int32_t backtest, uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? backtest_result(backtest, work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_backtest_part(int32_t backtest, uint32_t part)
{
    return backtest_part(backtest, part);
}

int32_t odx_backtest_close(int32_t backtest)
{
    return backtest_close(backtest);
}

int32_t odx_cursor_open(uint32_t ptr, uint32_t len)
{
    return heap_owns(ptr, len) ? cursor_open(work_given(ptr, len)) : EMBED_POINTER;
}

int32_t odx_cursor_walk(int32_t cursor, uint32_t steps)
{
    return cursor_go(cursor, steps);
}

int32_t odx_cursor_at(int32_t cursor, uint32_t unit, double where)
{
    return cursor_look(cursor, unit, where);
}

int32_t odx_cursor_seek(int32_t cursor, uint32_t value, double from, uint32_t truth, uint32_t back)
{
    return cursor_jump(cursor, value, from, truth, back != 0);
}

int32_t odx_cursor_strip(int32_t cursor, uint32_t value)
{
    return cursor_strip(cursor, value);
}

int32_t odx_cursor_counts(int32_t cursor)
{
    return cursor_sums(cursor);
}

int32_t odx_cursor_close(int32_t cursor)
{
    return cursor_close(cursor);
}
