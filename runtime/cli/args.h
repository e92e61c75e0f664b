/* args.h — what the user typed, taken apart by the rows of commands.def.
 *
 * In: argv.  Out: the verb, its plain arguments, its options.  Promise: every mistake gets one line
 * that names the word and the way out; nothing has happened before all words are understood. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/span.h"

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

typedef struct CommandInfo {
    const char *name, *arguments;
    int min, max;
    const char *summary, *more;
    int (*run)(struct Cli *cli);
} CommandInfo;

typedef struct OptionInfo {
    CommandId command;
    const char *name, *value, *help;
} OptionInfo;

typedef struct Args {
    CommandId command;
    const char **plain;
    size_t plain_count;
    const char **values[OPTION_COUNT]; /* each option's values in order; "" for those without */
    size_t counts[OPTION_COUNT];
} Args;

const CommandInfo *command_info(CommandId id);
const OptionInfo *option_info(OptionId id);

/* True when understood; else *ret_message is one line for the user. */
bool args_parse(Args *args, int argc, char **argv, Arena *arena, Span *ret_message);

static inline bool args_has(const Args *a, OptionId id)
{
    return a->counts[id] > 0;
}

/* The last value, or `otherwise`. */
const char *args_get(const Args *a, OptionId id, const char *otherwise);

/* Pages made from the tables. */
void help_all(Buf *out);
void help_command(CommandId id, Buf *out);
bool help_completions(const char *shell, Buf *out);
/* The verb of that name, or COMMAND_COUNT. */
CommandId command_find(const char *name);
/* The nearest verb to a misspelt one, or NULL. */
const char *command_near(const char *name);
