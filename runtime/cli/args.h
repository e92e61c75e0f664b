/* args.h — the verbs and options of odx, as rows of commands.def have them.
 *
 * Numbers for verbs and options, and the table that runtime/core/command_line.h reads words by.
 * Promise: what help, completions and the reference page say is what is understood. */
#pragma once

#include "runtime/core/command_line.h"

typedef enum CommandId {
#define COMMAND(name, ...) COMMAND_##name,
#include "runtime/cli/commands.def"
    COMMAND_all,
    COMMAND_COUNT = COMMAND_all
} CommandId;

typedef enum OptionId {
#define OPTION(command, id, ...) OPT_##id,
#include "runtime/cli/commands.def"
    OPTION_COUNT
} OptionId;

struct Cli;

/* What odx can do, for args_read and the pages of help. */
extern const ArgTable cli_table;

const ArgVerb *command_info(CommandId id);
const ArgOption *option_info(OptionId id);
int command_run(CommandId id, struct Cli *cli);

bool help_completions(const char *shell, Buf *out);
