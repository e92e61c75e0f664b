/* cmd_export.c — `odx export`: tapes as CSV again. */
#include "runtime/cli/values.h"
#include "runtime/core/file.h"
#include "runtime/history/dataset.h"
#include "runtime/history/ticks_write.h"
#include "vm/base/fmt.h"

typedef struct Export {
    Out *out;
    Buf text;
    uint64_t columns, rows;
    Span symbol;
    int64_t from_us, to_us;
    const Dataset *labels; /* NULL: ticks alone */
    size_t label;          /* of the last slot */
} Export;

/* Winner and last price of the row's slot, in front of the line's end. */
static void put_label(Export *e, const TickRow *row)
{
    const SlotLabel *items = e->labels->labels.items, *l;
    size_t count = e->labels->labels.count;

    e->text.len--;
    if (e->label < count && items[e->label].slot_start_us > row->slot_start_us) e->label = 0;
    while (e->label < count && items[e->label].slot_start_us < row->slot_start_us)
        e->label++;
    l = e->label < count && items[e->label].slot_start_us == row->slot_start_us ? &items[e->label]
                                                                                : NULL;
    buf_str(&e->text, !l || l->winner < 0 ? "," : l->winner ? ",down" : ",up");
    buf_char(&e->text, ',');
    if (l && num_is_known(l->spot_close)) buf_num(&e->text, l->spot_close);
    buf_char(&e->text, '\n');
}

static bool take_rows(void *ctx, const TickRow *rows, uint32_t count)
{
    Export *e = ctx;

    buf_clear(&e->text);
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].ts_us < e->from_us || rows[i].ts_us > e->to_us) continue;
        ticks_put_row(&rows[i], e->columns, e->symbol, &e->text);
        if (e->labels) put_label(e, &rows[i]);
        e->rows++;
    }
    out_put(e->out, buf_span(&e->text));
    return !out_has_failed(e->out);
}

static bool look(void *ctx, const TickRow *rows, uint32_t count)
{
    (void)ctx;
    (void)rows;
    (void)count;
    return true;
}

/* "polymarket:btc:15m" to BTC. */
static Span symbol_of(Span stream, Arena *arena)
{
    Span rest = span_from(stream, span_find_char(stream, ':') + 1);
    Span asset = span_sub(rest, 0, span_find_char(rest, ':'));
    Buf name;

    buf_init(&name, arena, TAPE_STREAM_MAX);
    for (size_t i = 0; i < asset.len; i++)
        buf_char(&name, asset.ptr[i] >= 'a' && asset.ptr[i] <= 'z'
                            ? (char)(asset.ptr[i] - 'a' + 'A')
                            : asset.ptr[i]);
    return buf_span(&name);
}

/* ... since it was asked the last time. */
static void say_notes(Cli *cli, Dataset *d)
{
    for (size_t i = 0; i < d->notes.count; i++)
        cli_lines(&cli->err, "odx: ", d->notes.items[i]);
    d->notes.count = 0;
}

static int export_to(Cli *cli, Dataset *d, Export *e)
{
    Err err = ERR_NONE;
    Status st =
        dataset_read(d, look, NULL, &err); /* which columns there are, and what is damaged */

    say_notes(cli, d);
    if (st != ST_OK) return cli_fail_err(cli, &err);
    e->columns = d->columns;
    e->symbol = symbol_of(d->stream, cli->arena);
    ticks_put_names(e->columns, e->symbol, &e->text);
    if (e->labels) {
        e->text.len--;
        buf_str(&e->text, ",winner,price_end\n");
    }
    out_put(e->out, buf_span(&e->text));
    if (dataset_read(d, take_rows, e, &err) != ST_OK) return cli_fail_err(cli, &err);
    if (e->out != &cli->out && out_flush(e->out, &err) != ST_OK) return cli_fail_err(cli, &err);
    return EXIT_CLEAN;
}

int cmd_export(Cli *cli)
{
    static const OptionId output = OPT_EXPORT_OUTPUT;
    const char *path = args_get(&cli->args, output, NULL);
    Span stream = span_str(args_get(&cli->args, OPT_EXPORT_STREAM, ""));
    Export e = {.out = &cli->out, .from_us = INT64_MIN, .to_us = INT64_MAX};
    Err err = ERR_NONE;
    FileNew file;
    Dataset d;
    Status st;
    int code;

    buf_init(&e.text, cli->arena, 1 << 22);
    if (value_time(cli, OPT_EXPORT_FROM, &e.from_us) != EXIT_CLEAN ||
        value_time(cli, OPT_EXPORT_TO, &e.to_us) != EXIT_CLEAN ||
        value_outputs(cli, &(ValueOutputs){.options = &output, .count = 1}) != EXIT_CLEAN)
        return EXIT_USE;
    st = dataset_open(&d, cli->args.plain[0], stream, cli->arena, &err);
    say_notes(cli, &d);
    if (st != ST_OK) return cli_fail_err(cli, &err);
    if (stream.len && !span_is(stream, d.stream))
        return cli_fail(cli, EXIT_USE, "`--stream %S`: %s has %S alone", stream, cli->args.plain[0],
                        d.stream.len ? d.stream : SPAN("no stream that is known"));
    if (args_has(&cli->args, OPT_EXPORT_LABELS)) e.labels = &d;
    if (!path) return export_to(cli, &d, &e);
    if (file_new_open(&file, path, &err) != ST_OK) return cli_fail_err(cli, &err);
    e.out = arena_new(cli->arena, Out);
    out_init(e.out, file.fd, path);
    code = export_to(cli, &d, &e);
    if (code != EXIT_CLEAN)
        file_new_drop(&file);
    else if (file_new_keep(&file, &err) != ST_OK)
        code = cli_fail_err(cli, &err);
    return code;
}
