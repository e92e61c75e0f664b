/* fills.c — see fills.h. */
#include "runtime/cli/fills.h"

#include "runtime/backtest/venue.h"
#include "runtime/cli/values.h"
#include "runtime/core/file.h"
#include "vm/base/fixed.h"
#include "vm/base/json.h"

enum { MS_US = 1000 };

static const OptionId matcher_options[] = {OPT_LATENCY, OPT_JITTER, OPT_RUN_SEED, OPT_RECEIPT};

static int read_model(Cli *cli, Fills *f)
{
    const char *text = args_get(&cli->args, OPT_FILL, "instant");

    f->has_matcher = !span_eq_str(SPAN("instant"), text);
    for (int model = 0; model < MODELS && f->has_matcher; model++) {
        if (!span_eq_str(span_str(fill_model_name((FillModel)model)), text)) continue;
        f->config.model = (FillModel)model;
        return EXIT_CLEAN;
    }
    if (!f->has_matcher) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "`--fill %s`: write instant, touch, queue or pessimistic", text);
}

int fills_options(Cli *cli, Fills *f)
{
    int64_t seed = 1;
    int code = read_model(cli, f);

    for (size_t i = 0; i < sizeof matcher_options / sizeof matcher_options[0]; i++)
        if (code == EXIT_CLEAN && !f->has_matcher && args_has(&cli->args, matcher_options[i]))
            code = cli_fail(cli, EXIT_USE,
                            "%s speaks of the matcher: add --fill touch, queue or pessimistic",
                            option_info(matcher_options[i])->name);
    f->latency_ms = MATCHER_LATENCY_MS;
    if (code == EXIT_CLEAN)
        code = value_whole(cli, OPT_LATENCY, 0, MATCHER_LATENCY_MAX_MS, &f->latency_ms);
    f->jitter_ms = f->latency_ms / 5;
    if (code == EXIT_CLEAN)
        code = value_whole(cli, OPT_JITTER, 0, MATCHER_LATENCY_MAX_MS, &f->jitter_ms);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_RUN_SEED, 0, INT64_MAX, &seed);
    f->config.order_us = f->config.cancel_us = f->latency_ms * MS_US;
    f->config.jitter_us = f->jitter_ms * MS_US;
    f->config.seed = (uint64_t)seed;
    return code;
}

/* ---- rules --------------------------------------------------------------------------------------- */

Status fills_rules(Fills *f, const Image *image, int64_t ts_us, Arena *arena, Err *err)
{
    Err why = ERR_NONE;
    Venues venues;

    if (venues_of(image, ts_us, arena, &venues, &why) != ST_OK)
        return err_set(err, why.status, "%s; only --fill instant is left", why.text);
    f->rules = venues.rules;
    f->config.markets = venues.markets;
    f->config.market_count = venues.count;
    return ST_OK;
}

/* ---- the run ------------------------------------------------------------------------------------- */

static void see_answer(void *ctx, const Event *answer)
{
    Fills *f = ctx;

    if (answer->kind != EV_FILL) return;
    f->count++;
    f->fees_micros += answer->fill.fee_micros;
}

static void apply(void *ctx, Engine *e, const Event *event, EffectSink sink)
{
    gate_apply(ctx, e, event, sink);
}

bool fills_begin(Fills *f, const Image *image, Replay *replay, Arena *arena)
{
    InstantWatch watch = {see_answer, f};

    replay_watch(replay, watch);
    if (!f->has_matcher) return true;
    f->gate = gate_new(image, &f->config, arena);
    if (!f->gate) return false;
    gate_watch(f->gate, watch);
    replay_route(replay, (ReplayRoute){apply, f->gate});
    return true;
}

static void put_rows(JsonWriter *w, const Matcher *m)
{
    json_write_key(w, SPAN("rows"));
    json_write_array(w);
    for (int id = 0; id < RECEIPTS; id++) {
        ReceiptRow row = matcher_receipt(m, (ReceiptId)id);

        json_write_object(w);
        json_write_key(w, SPAN("name"));
        json_write_string(w, span_str(row.name));
        json_write_key(w, SPAN("modelled"));
        json_write_bool(w, row.is_modelled);
        json_write_key(w, SPAN("count"));
        json_write_uint(w, row.count);
        json_write_key(w, SPAN("means"));
        json_write_string(w, span_str(row.sentence));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

int fills_receipt(Cli *cli, const Fills *f)
{
    const char *path = args_get(&cli->args, OPT_RECEIPT, NULL);
    Buf text = cli_buf(cli);
    Err err = ERR_NONE;
    JsonWriter w;

    if (!path) return EXIT_CLEAN;
    json_write_init(&w, &text, true);
    json_write_object(&w);
    json_write_key(&w, SPAN("fill"));
    json_write_string(&w, span_str(fill_model_name(f->config.model)));
    json_write_key(&w, SPAN("latency_ms"));
    json_write_int(&w, f->latency_ms);
    json_write_key(&w, SPAN("jitter_ms"));
    json_write_int(&w, f->jitter_ms);
    json_write_key(&w, SPAN("seed"));
    json_write_uint(&w, f->config.seed);
    put_rows(&w, gate_matcher(f->gate));
    json_write_object_end(&w);
    buf_char(&text, '\n');
    return file_replace(path, buf_span(&text), &err) == ST_OK ? EXIT_CLEAN
                                                              : cli_fail_err(cli, &err);
}
