/* args.c — see args.h. */
#include "runtime/cli/args.h"

#include "runtime/cli/cli.h"

static const ArgVerb verbs[] = {
#define COMMAND(name, fn, arguments, min, max, summary, more) \
    {#name, arguments, min, max, summary, more},
#define COMMAND_AS(id, name, fn, arguments, min, max, summary, more) \
    {name, arguments, min, max, summary, more},
#include "runtime/cli/commands.def"
};

static const ArgOption options[] = {
#define OPTION(command, id, name, value, help) {COMMAND_##command, name, value, help},
#include "runtime/cli/commands.def"
};

static int (*const functions[])(Cli *cli) = {
#define COMMAND(name, fn, ...) fn,
#include "runtime/cli/commands.def"
};

const ArgTable cli_table = {
    .program = "odx",
    .about = "check, test, run and explain strategies for prediction markets",
    .verbs = verbs,
    .verb_count = COMMAND_COUNT,
    .help_verb = COMMAND_help,
    .version_verb = COMMAND_version,
    .options = options,
    .option_count = OPTION_COUNT,
    .help_option = OPT_HELP,
};

const ArgVerb *command_info(CommandId id)
{
    return &verbs[id];
}

const ArgOption *option_info(OptionId id)
{
    return &options[id];
}

int command_run(CommandId id, Cli *cli)
{
    return functions[id](cli);
}
