/* command_line.h — what the user typed, taken apart by a program's tables of verbs and options.
 *
 * In: argv and an ArgTable.  Out: the verb, its plain arguments, its options; help pages.  Promise:
 * every mistake gets one line that names the word and the way out; nothing has happened before all
 * words are understood. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "vm/base/arena.h"
#include "vm/base/buf.h"
#include "vm/base/span.h"

typedef struct ArgVerb {
    const char *name, *arguments;
    int min, max; /* plain arguments; max -1: any number */
    const char *summary, *more;
} ArgVerb;

typedef struct ArgOption {
    unsigned command;                /* index of its verb; verb_count: of every verb */
    const char *name, *value, *help; /* value "": takes none */
} ArgOption;

typedef struct ArgTable {
    const char *program, *about;
    const ArgVerb *verbs;
    unsigned verb_count;
    unsigned help_verb;    /* what no words at all, and --help, ask for */
    unsigned version_verb; /* what --version asks for */
    const ArgOption *options;
    unsigned option_count;
    unsigned help_option; /* with it, plain arguments may be missing */
} ArgTable;

typedef struct Args {
    unsigned command; /* index of the verb */
    const char **plain;
    size_t plain_count;
    const char ***values; /* each option's values in order; "" for those without */
    size_t *counts;
} Args;

/* True when understood; else *ret_message is one line for the user. */
bool args_read(const ArgTable *table, Args *args, int argc, char **argv, Arena *arena,
               Span *ret_message);

/* The verb of that name, or verb_count. */
unsigned args_verb_find(const ArgTable *table, const char *name);
/* The nearest verb to a misspelt one, or NULL. */
const char *args_verb_near(const ArgTable *table, const char *name);
/* Does the verb take that option? */
bool args_belongs(const ArgTable *table, unsigned option, unsigned verb);

static inline bool args_has(const Args *a, unsigned option)
{
    return a->counts[option] > 0;
}

/* The last value, or `otherwise`. */
const char *args_get(const Args *a, unsigned option, const char *otherwise);

/* Pages made from the tables. */
void args_help_all(const ArgTable *table, Buf *out);
void args_help_verb(const ArgTable *table, unsigned verb, Buf *out);
