/* cmd_convert.c — one notation as another: `odx form`, `odx graph`, `odx text` (LANGUAGE part 4).
 *
 * In: a strategy as text, form or graph.  Out: the document on standard output or in `-o`.  Promise: what
 * the other notation cannot say is a finding with its place and exit 1; nothing is left out silently. */
#include "compiler/diag/render.h"
#include "runtime/cli/values.h"
#include "runtime/core/file.h"

/* Why there is nothing, or what is worth knowing about what there is. */
static void show(Cli *cli, const Diags *ds, bool has_text)
{
    bool as_json = args_has(&cli->args, OPT_FORM_JSON) || args_has(&cli->args, OPT_GRAPH_JSON) ||
                   args_has(&cli->args, OPT_TEXT_JSON);
    Buf out = cli_buf(cli);

    if (as_json)
        render_json_lines(&out, ds);
    else
        render_text(&out, ds, cli->has_colour);
    if (!as_json && out.len) buf_char(&out, '\n');
    out_put(as_json && !has_text ? &cli->out : &cli->err, buf_span(&out));
}

static int convert(Cli *cli, Notation to, OptionId output)
{
    const char *path = args_get(&cli->args, output, NULL);
    Err err = ERR_NONE;
    Conversion c;
    CliFile file;

    if (value_outputs(cli, &(ValueOutputs){.options = &output, .count = 1}) != EXIT_CLEAN)
        return EXIT_USE;
    if (!cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    c = compile_convert(file.name, file.text, to, cli->arena);
    show(cli, c.diags, c.text.len > 0);
    show(cli, c.lost, c.text.len > 0);
    if (!c.text.len) return EXIT_FINDINGS;
    if (!path) {
        cli_put_bytes(cli, c.text);
        return EXIT_CLEAN;
    }
    return file_replace(path, c.text, &err) == ST_OK ? EXIT_CLEAN : cli_fail_err(cli, &err);
}

int cmd_form(Cli *cli)
{
    return convert(cli, NOTATION_FORM, OPT_FORM_OUTPUT);
}

int cmd_graph(Cli *cli)
{
    return convert(cli, NOTATION_GRAPH, OPT_GRAPH_OUTPUT);
}

int cmd_text(Cli *cli)
{
    return convert(cli, NOTATION_TEXT, OPT_TEXT_OUTPUT);
}
