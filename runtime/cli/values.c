/* values.c — see values.h. */
#include "runtime/cli/values.h"

#include <string.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "runtime/history/cells.h"
#include "runtime/history/dataset.h"
#include "runtime/jobs/trials.h"
#include "vm/base/fixed.h"

/* Digits behind a sign, nothing else: "1.5" is no whole number. */
static bool is_whole(Span text, int64_t *ret)
{
    return span_find_char(text, '.') == SPAN_NONE_AT && fx_parse(text, 0, FX_DOWN, ret);
}

int value_whole(Cli *cli, OptionId option, int64_t least, int64_t most, int64_t *ret)
{
    const char *text = args_get(&cli->args, option, NULL);

    int64_t value;

    if (!text) return EXIT_CLEAN;
    if (is_whole(span_str(text), &value) && value >= least && value <= most) {
        *ret = value;
        return EXIT_CLEAN;
    }
    return cli_fail(cli, EXIT_USE, "`%s %s`: write a whole number from %lld to %lld",
                    option_info(option)->name, text, (long long)least, (long long)most);
}

int value_time(Cli *cli, OptionId option, int64_t *ret_us)
{
    const char *text = args_get(&cli->args, option, NULL);

    if (!text || time_parse(span_str(text), ret_us)) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "`%s %s`: write 2026-04-13T12:00:00 or seconds since 1970",
                    option_info(option)->name, text);
}

int value_range(Cli *cli, OptionId from, OptionId to, int64_t *ret_from_us, int64_t *ret_to_us)
{
    int code = value_time(cli, from, ret_from_us);

    if (code == EXIT_CLEAN) code = value_time(cli, to, ret_to_us);
    if (code == EXIT_CLEAN && args_has(&cli->args, to) && *ret_to_us <= *ret_from_us)
        code = cli_fail(cli, EXIT_FINDINGS, "--to is not later than --from: nothing lies between");
    return code;
}

int value_model(Cli *cli, OptionId option, FillModel *ret)
{
    const char *text = args_get(&cli->args, option, NULL);

    for (int model = 0; text && model < MODELS; model++) {
        if (!span_eq_str(span_str(fill_model_name((FillModel)model)), text)) continue;
        *ret = (FillModel)model;
        return EXIT_CLEAN;
    }
    if (!text) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "`%s %s`: write touch, queue or pessimistic",
                    option_info(option)->name, text);
}

/* ---- files to be written ------------------------------------------------------------------------- */

/* `-` is standard input. */
static bool is_named(const char *word, const char *path)
{
    return strcmp(word, "-") == 0 ? file_is_open_as(path, STDIN_FILENO) : file_same(word, path);
}

static bool is_read(const Cli *cli, const ValueOutputs *v, const char *path)
{
    const Args *a = &cli->args;

    for (size_t i = 0; i < a->plain_count; i++)
        if (is_named(a->plain[i], path)) return true;
    for (size_t i = 0; i < cli->reads.count; i++)
        if (is_named(cli->reads.items[i], path)) return true;
    for (size_t i = 0; i < v->source_count; i++) {
        const char *eq = strchr(v->sources[i], '='); /* behind `MARKET=`, or in a name */

        if (is_named(v->sources[i], path) || (eq && is_named(eq + 1, path))) return true;
    }
    return !file_is_folder(path) && dataset_is(path); /* a tape, of whichever folder */
}

/* A name among the tapes that are read. */
static bool is_of_tapes(const Args *a, const ValueOutputs *v, const char *path)
{
    for (size_t i = 0; i < a->plain_count; i++)
        if (dataset_has_place(a->plain[i], path)) return true;
    for (size_t i = 0; i < v->source_count; i++) {
        const char *eq = strchr(v->sources[i], '=');

        if (dataset_has_place(v->sources[i], path) || (eq && dataset_has_place(eq + 1, path)))
            return true;
    }
    return false;
}

static int check_output(Cli *cli, const ValueOutputs *v, size_t which, const char *path)
{
    const char *name = option_info(v->options[which])->name;
    Err err = ERR_NONE;

    if (is_read(cli, v, path))
        return cli_fail(cli, EXIT_USE, "`%s %s`: that file is there to be read; name another one",
                        name, path);
    if (is_of_tapes(&cli->args, v, path))
        return cli_fail(cli, EXIT_USE,
                        "`%s %s`: among tapes that is a name of theirs; name another one", name,
                        path);
    if (v->ledger && (file_same(v->ledger, path) || trials_has_cache(v->ledger, path)))
        return cli_fail(cli, EXIT_USE, "`%s %s`: trials are counted there; name another one", name,
                        path);
    if ((which < v->updated ? file_can_update : file_can_replace)(path, &err) == ST_OK)
        return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "%s %s", name, err.text);
}

static const char *output_path(const Cli *cli, const ValueOutputs *v, size_t which)
{
    return args_get(&cli->args, v->options[which], which == 0 ? v->unnamed : NULL);
}

/* Two names of descriptors are written one behind the other. */
static bool is_one(const char *a, const char *b)
{
    return file_same(a, b) && !(file_is_descriptor(a) && file_is_descriptor(b));
}

int value_outputs(Cli *cli, const ValueOutputs *v)
{
    int code = EXIT_CLEAN;

    for (size_t i = 0; i < v->count && code == EXIT_CLEAN; i++) {
        const char *path = output_path(cli, v, i), *other;

        if (cli->args.counts[v->options[i]] > 1)
            return cli_fail(cli, EXIT_USE, "`%s %s`: it is there twice, and one file is written",
                            option_info(v->options[i])->name, path);
        if (path) code = check_output(cli, v, i, path);
        for (size_t k = 0; path && k < i && code == EXIT_CLEAN; k++) {
            other = output_path(cli, v, k);
            if (other && is_one(other, path))
                code = cli_fail(cli, EXIT_USE, "`%s %s`: %s is written there; name another one",
                                option_info(v->options[i])->name, path,
                                option_info(v->options[k])->name);
        }
    }
    return code;
}
