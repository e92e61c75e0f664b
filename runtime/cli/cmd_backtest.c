/* cmd_backtest.c — `odx backtest`: a strategy over recorded ticks, what it earned and how far to believe it. */
#include "runtime/backtest/fleet.h"
#include "runtime/backtest/result_text.h"
#include "runtime/cli/backtest_job.h"
#include "runtime/cli/backtest_page.h"
#include "runtime/cli/summary.h"
#include "runtime/cli/values.h"
#include "runtime/core/file.h"
#include "runtime/jobs/trials.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { MS_US = 1000 };

static int read_fills(Cli *cli, BacktestJob *job)
{
    int64_t latency = MATCHER_LATENCY_MS, jitter;
    int code = value_whole(cli, OPT_BACKTEST_LATENCY, 0, MATCHER_LATENCY_MAX_MS, &latency);

    jitter = latency / 5;
    if (code == EXIT_CLEAN)
        code = value_whole(cli, OPT_BACKTEST_JITTER, 0, MATCHER_LATENCY_MAX_MS, &jitter);
    if (code == EXIT_CLEAN) code = value_whole(cli, OPT_BACKTEST_SEED, 0, INT64_MAX, &job->seed);
    if (code == EXIT_CLEAN) code = value_model(cli, OPT_BACKTEST_FILL, &job->model);
    job->latency_us = latency * MS_US;
    job->jitter_us = jitter * MS_US;
    return code;
}

static ValueOutputs output_files(Cli *cli)
{
    static const OptionId outputs[] = {OPT_BACKTEST_JSON, OPT_BACKTEST_TRADES, OPT_BACKTEST_HTML};
    const Args *a = &cli->args;

    return (ValueOutputs){
        .options = outputs,
        .count = ARRAY_LEN(outputs),
        .sources = a->values[OPT_BACKTEST_DATA],
        .source_count = a->counts[OPT_BACKTEST_DATA],
        .ledger = args_get(a, OPT_BACKTEST_LEDGER, trials_default_path(cli->arena)),
    };
}

static int read_job(Cli *cli, BacktestJob *job)
{
    const Args *a = &cli->args;
    int code;

    *job = (BacktestJob){.file = a->plain[0],
                         .files = a->plain,
                         .file_count = a->plain_count,
                         .wallets = a->values[OPT_BACKTEST_WALLET],
                         .wallet_count = a->counts[OPT_BACKTEST_WALLET],
                         .has_shared_book = args_has(a, OPT_BACKTEST_SHARED_BOOK),
                         .words = {.data = a->values[OPT_BACKTEST_DATA],
                                   .data_count = a->counts[OPT_BACKTEST_DATA],
                                   .params = a->values[OPT_BACKTEST_PARAM],
                                   .param_count = a->counts[OPT_BACKTEST_PARAM],
                                   .cash = args_get(a, OPT_BACKTEST_CASH, NULL),
                                   .data_option = option_info(OPT_BACKTEST_DATA)->name},
                         .model = MODEL_QUEUE,
                         .seed = 1,
                         .trials = 1,
                         .trial_variance = UNKNOWN,
                         .ledger = args_get(a, OPT_BACKTEST_LEDGER, NULL),
                         .is_counted = true,
                         .outputs = output_files(cli)};
    code = read_fills(cli, job);
    if (code == EXIT_CLEAN)
        code = value_whole(cli, OPT_BACKTEST_WALLETS, 1, FLEET_PAIRS, &job->copies);
    return code == EXIT_CLEAN
               ? value_range(cli, OPT_BACKTEST_FROM, OPT_BACKTEST_TO, &job->from_us, &job->to_us)
               : code;
}

static int write_files(Cli *cli, const BacktestJob *job)
{
    const char *json = args_get(&cli->args, OPT_BACKTEST_JSON, NULL);
    const char *html = args_get(&cli->args, OPT_BACKTEST_HTML, NULL);
    const char *trades = args_get(&cli->args, OPT_BACKTEST_TRADES, NULL);
    Err err = ERR_NONE;
    Status st = ST_OK;

    if (json) st = file_replace(json, backtest_job_json(cli, job), &err);
    if (trades && st == ST_OK) {
        Buf csv = cli_buf(cli);

        result_trades_csv(&csv, job->result);
        st = file_replace(trades, buf_span(&csv), &err);
    }
    if (html && st == ST_OK) st = file_replace(html, backtest_page(cli, job), &err);
    return st == ST_OK ? EXIT_CLEAN : cli_fail_err(cli, &err);
}

static void put_notes(Buf *out, Span notes)
{
    Span line;

    while (span_cut(&notes, '\n', &line))
        if (line.len) buf_fmt(out, "note: %S\n", line);
}

int cmd_backtest(Cli *cli)
{
    BacktestJob job;
    int code = read_job(cli, &job);

    if (code == EXIT_CLEAN) code = backtest_job_run(cli, &job);
    if (code == EXIT_CLEAN) code = write_files(cli, &job);
    if (code == EXIT_CLEAN && !args_has(&cli->args, OPT_BACKTEST_QUIET)) {
        Buf text = cli_buf(cli);

        summary_put(&text, job.result, job.session.c.program->title, cli->has_colour);
        put_notes(&text, job.notes);
        cli_put(cli, buf_span(&text));
    }
    return code;
}
