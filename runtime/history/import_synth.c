/* import_synth.c — made-up slots into tapes, through the same doors as recordings. */
#include "runtime/core/folder.h"
#include "runtime/history/import_inside.h"
#include "runtime/market/synth.h"
#include "vm/base/fmt.h"
#include "vm/base/hash.h"

#define SPOT 97000.0

static Status take_slot(Import *im, Stream *s, const TickRow *rows, uint32_t count,
                        const SynthEnd *end)
{
    Slot *slot = import_slot(im, s, end->start_us, s->slot_us);
    Status st = ST_OK;

    if (!slot) return err_set(im->err, ST_NO_MEMORY, "no memory for another slot");
    slot->winner = end->winner;
    slot->price_start = end->price_start;
    slot->price_end = end->price_end;
    for (uint32_t i = 0; i < count && st == ST_OK; i++) {
        im->row.row = rows[i];
        im->report->rows++;
        import_slot_row(im, s, slot, false);
        st = import_tick(im, s, &rows[i]);
    }
    return st;
}

static Status make_slots(Import *im, const SynthPlan *plan)
{
    SynthOptions how = {plan->seed, plan->start_us, im->slot_us, SPOT, plan->is_martingale};
    Stream *s = import_stream(im, im->asset, im->slot_us);
    Status st = ST_OK;
    TickRow *rows;
    Synth synth;

    if (!s)
        return im->err->status != ST_OK
                   ? im->err->status
                   : err_set(im->err, ST_BAD_INPUT, "`%S`: is no asset", im->asset);
    synth_init(&synth, &how);
    rows = arena_array(im->arena, TickRow, synth_rows_max(&synth));
    if (!rows) return err_set(im->err, ST_NO_MEMORY, "no memory for a slot");
    for (uint32_t i = 0; i < plan->slots && st == ST_OK; i++) {
        SynthEnd end;
        uint32_t count = synth_slot(&synth, rows, &end);

        st = take_slot(im, s, rows, count, &end);
        if (im->how->progress)
            im->how->progress(im->how->ctx,
                              &(ImportProgress){im->report->rows, i + 1, plan->slots});
    }
    return st;
}

/* The key says what was made: equal plans, equal tapes. */
static uint64_t key_of(const Import *im, const SynthPlan *plan)
{
    char text[256];
    Buf b;

    buf_init_fixed(&b, text, sizeof text);
    buf_fmt(&b, "synth %s%S %llu %lld %u", plan->is_martingale ? "fair " : "", im->how->stream,
            (unsigned long long)plan->seed, (long long)plan->start_us, plan->slots);
    return hash_span(buf_span(&b));
}

Status import_synth(const SynthPlan *plan, const ImportOptions *how, ImportReport *ret_report,
                    Arena *arena, Err *err)
{
    Import *im = arena_new(arena, Import);
    Span reports;
    Status st;

    *ret_report = (ImportReport){.file = SPAN("made up"), .format = SPAN("made-up slots")};
    *im = (Import){
        .how = how, .report = ret_report, .arena = arena, .err = err, .sink = &import_days};
    if (!import_read_stream(im) || !im->asset.len || !im->slot_us)
        return err_set(err, ST_BAD_INPUT,
                       "`%S`: a stream is VENUE:ASSET:DURATION, as in polymarket:btc:15m",
                       how->stream);
    st = folder_make(how->folder, err);
    if (st != ST_OK) return st;
    ret_report->key = key_of(im, plan);
    ret_report->was_there = import_was_there(im, &reports);
    if (ret_report->was_there) return ST_OK;
    st = make_slots(im, plan);
    if (st == ST_OK) st = import_conclude(im, reports);
    for (size_t i = 0; i < im->streams.count; i++)
        import_stream_abandon(im->streams.items[i]);
    return st;
}
