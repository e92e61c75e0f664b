/* values.c — see values.h. */
#include "runtime/cli/values.h"

#include <string.h>

#include "runtime/core/file.h"
#include "runtime/history/cells.h"
#include "vm/base/fixed.h"

int value_whole(Cli *cli, OptionId option, int64_t most, int64_t *ret)
{
    const char *text = args_get(&cli->args, option, NULL);

    if (!text || (fx_parse(span_str(text), 0, FX_DOWN, ret) && *ret >= 0 && *ret <= most))
        return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "`%s %s`: write a whole number from 0 to %lld",
                    option_info(option)->name, text, (long long)most);
}

int value_time(Cli *cli, OptionId option, int64_t *ret_us)
{
    const char *text = args_get(&cli->args, option, NULL);

    if (!text || time_parse(span_str(text), ret_us)) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "`%s %s`: write 2026-04-13T12:00:00 or seconds since 1970",
                    option_info(option)->name, text);
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

static bool has_folder(Cli *cli, const char *path)
{
    const char *slash = strrchr(path, '/');
    Span folder = slash > path ? span_of(path, (size_t)(slash - path)) : SPAN(".");

    return slash == path || file_is_folder(arena_span(cli->arena, folder).ptr);
}

static int check_output(Cli *cli, OptionId option, const char *path)
{
    const Args *a = &cli->args;

    for (size_t i = 0; i < a->plain_count; i++)
        if (strcmp(a->plain[i], path) == 0)
            return cli_fail(cli, EXIT_USE, "`%s %s`: that file is read here; name another one",
                            option_info(option)->name, path);
    if (strncmp(path, "/dev/", 5) == 0) return EXIT_CLEAN; /* no file */
    if (file_is_folder(path)) return cli_fail(cli, EXIT_USE, "%s: Is a directory", path);
    if (has_folder(cli, path)) return EXIT_CLEAN;
    return cli_fail(cli, EXIT_USE, "%s: No such file or directory", path);
}

int value_outputs(Cli *cli, const OptionId *options, size_t count)
{
    int code = EXIT_CLEAN;

    for (size_t i = 0; i < count && code == EXIT_CLEAN; i++) {
        const char *path = args_get(&cli->args, options[i], NULL), *other;

        if (path) code = check_output(cli, options[i], path);
        for (size_t k = 0; path && k < i && code == EXIT_CLEAN; k++) {
            other = args_get(&cli->args, options[k], NULL);
            if (other && strcmp(other, path) == 0 && strncmp(path, "/dev/", 5) != 0)
                code = cli_fail(cli, EXIT_USE, "`%s %s`: %s is written there; name another one",
                                option_info(options[i])->name, path, option_info(options[k])->name);
        }
    }
    return code;
}
