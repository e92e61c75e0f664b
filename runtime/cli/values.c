/* values.c — see values.h. */
#include "runtime/cli/values.h"

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
