/* trial_log.c — see trial_log.h. */
#include "runtime/cli/trial_log.h"

#include <string.h>

#include "runtime/core/clock.h"
#include "runtime/core/file.h"

void trial_settings(const TrialSettings *how, const double *params, uint8_t ret[SHA256_SIZE])
{
    const BacktestConfig *c = how->config;
    int64_t numbers[] = {how->is_instant,
                         how->is_instant ? 0 : (int64_t)c->model,
                         how->is_instant ? 0 : c->latency_us,
                         how->is_instant ? 0 : c->jitter_us,
                         (int64_t)c->seed,
                         c->cash_micros,
                         how->from_us,
                         how->to_us};
    Sha256 sum;

    sha256_init(&sum);
    sha256_update(&sum, numbers, sizeof numbers);
    sha256_update(&sum, params, c->image->params_count * sizeof *params);
    sha256_final(&sum, ret);
}

/* The folder that `[MARKET=]SRC` lies in, or is; NULL: standard input. */
static const char *folder_of(const char *word, Arena *arena)
{
    const char *eq = strchr(word, '='), *path = eq && !file_exists(word) ? eq + 1 : word;
    const char *slash = strrchr(path, '/');

    if (!strcmp(path, "-")) return NULL;
    if (file_is_folder(path)) return path;
    if (!slash) return ".";
    return arena_span(arena, span_of(path, (size_t)(slash - path) + 1)).ptr;
}

static void say(Cli *cli, const TrialsCount *count)
{
    Buf text = cli_buf(cli);
    Span rest, line;

    trials_say(count, &text);
    rest = buf_span(&text);
    while (span_cut(&rest, '\n', &line)) {
        Buf out = cli_buf(cli);

        buf_fmt(&out, "odx: %S\n", line);
        out_put(&cli->err, buf_span(&out));
    }
}

static Status log_all(Trials *t, const Trial *trials, size_t count, TrialsCount *ret, Err *err)
{
    Status st = trials_append(t, trials, count, err);

    return st == ST_OK ? trials_count(t, NULL, ret, err) : st;
}

int trial_log(Cli *cli, const uint8_t tape[SHA256_SIZE], const SessionWords *words,
              const Trial *trials, size_t count, TrialsCount *ret_count, bool *ret_has_count)
{
    const char **folders = arena_array(cli->arena, const char *, words->data_count + 1);
    TrialsPlace place = {
        .path = trials_default_path(cli->arena), .folders = folders, .now_us = clock_wall_us()};
    Err err = ERR_NONE;
    Trials *t = NULL;
    Status st;

    *ret_has_count = place.path != NULL;
    if (!place.path) {
        out_put(&cli->err, SPAN("odx: there is no home for a ledger of trials: only what this "
                                "command tried is counted\n"));
        return EXIT_CLEAN;
    }
    memcpy(place.tape, tape, sizeof place.tape);
    for (size_t i = 0; i < words->data_count; i++) {
        const char *folder = folder_of(words->data[i], cli->arena);

        if (folder) folders[place.folder_count++] = folder;
    }
    st = trials_open(&t, &place, cli->arena, &err);
    if (st == ST_OK) st = log_all(t, trials, count, ret_count, &err);
    trials_close(t);
    if (st != ST_OK) return cli_fail_err(cli, &err);
    say(cli, ret_count);
    return EXIT_CLEAN;
}
