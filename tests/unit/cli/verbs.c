/* verbs.c — verbs that do nothing, so that the table of commands links without them. */
#include "runtime/cli/cli.h"

#define COMMAND(name, fn, ...) \
    int fn(Cli *cli)           \
    {                          \
        (void)cli;             \
        return EXIT_FAULT;     \
    }
#include "runtime/cli/commands.def"
