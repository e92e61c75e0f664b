/* cmd_sweep.c — `odx sweep`: many values of a strategy's params over recorded
 * ticks, and whether the best is luck. */
#include "runtime/cli/sweep_command.h"
#include "runtime/core/file.h"

int cmd_sweep(Cli *cli)
{
    SweepCommand s;
    Err err = ERR_NONE;
    int code = sweep_read(cli, &s);

    if (code == EXIT_CLEAN) code = sweep_run(&s);
    if (code != EXIT_CLEAN) return code;
    if (s.json) {
        Buf text = cli_buf(cli);

        sweeping_json(&s.sweep, &text);
        if (file_replace(s.json, buf_span(&text), &err) != ST_OK) return cli_fail_err(cli, &err);
    }
    if (!args_has(&cli->args, OPT_SWEEP_QUIET)) {
        Buf page = cli_buf(cli);

        sweep_put_page(&s, &page);
        cli_put(cli, buf_span(&page));
    }
    return EXIT_CLEAN;
}
