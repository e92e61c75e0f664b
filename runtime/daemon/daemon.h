/* daemon.h — what the verbs of oddexd share: words, output, exit codes.
 *
 * A verb is a function `int cmd_x(Daemon *)`; its row is in commands.def.  Promise: standard output
 * carries what scripts read (an address, a version), standard error everything else. */
#pragma once

#include "runtime/core/command_line.h"
#include "runtime/core/out.h"

typedef enum CommandId {
#define COMMAND(name, ...) COMMAND_##name,
#include "runtime/daemon/commands.def"
    COMMAND_all,
    COMMAND_COUNT = COMMAND_all
} CommandId;

typedef enum OptionId {
#define OPTION(command, id, ...) OPT_##id,
#include "runtime/daemon/commands.def"
    OPTION_COUNT
} OptionId;

enum { EXIT_CLEAN = 0, EXIT_USE = 2 };

typedef struct Daemon {
    Arena *arena; /* lives as long as the process */
    Args args;
    Out out, err;
} Daemon;

extern const ArgTable daemon_table;

#define COMMAND(name, fn, ...) int fn(Daemon *d);
#include "runtime/daemon/commands.def"

/* One line on standard error: "oddexd: ..."; returns EXIT_USE. */
int daemon_fail(Daemon *d, const char *fmt, ...);
void daemon_say(Daemon *d, const char *fmt, ...);
/* The same on standard output, there at once; false when nobody can read it. */
bool daemon_print(Daemon *d, const char *fmt, ...);
