/* values.h — values of options that several verbs take: whole numbers, times, ways to fill, files to write.
 *
 * Each returns EXIT_CLEAN, or the code to leave with after naming the option, the word and what would be
 * right; without the option *ret stays as it is. */
#pragma once

#include "runtime/cli/cli.h"
#include "runtime/matcher/matcher.h"

/* Both ends are allowed. */
int value_whole(Cli *cli, OptionId option, int64_t least, int64_t most, int64_t *ret);
int value_time(Cli *cli, OptionId option, int64_t *ret_us);
/* From the one to before the other. */
int value_range(Cli *cli, OptionId from, OptionId to, int64_t *ret_from_us, int64_t *ret_to_us);
int value_model(Cli *cli, OptionId option, FillModel *ret);
/* Options that name files, by what happens to them. */
typedef struct ValueOutputs {
    const OptionId *options;    /* written when the work is done */
    size_t count;               /* of these */
    size_t updated;             /* the first so many are read and written where they stand */
    const char *unnamed;        /* where the first one goes that nobody named; may be NULL */
    const char *const *sources; /* `[MARKET=]SRC`, read */
    size_t source_count;
    const char *ledger; /* of trials; may be NULL */
} ValueOutputs;
/* Before any work is done for them: each can be written, and is neither another one of them, nor a plain argument, nor
 * what was read until now (so it is asked when all is compiled), nor a tape, what a folder of tapes has beside them, or
 * the ledger, under whatever name. */
int value_outputs(Cli *cli, const ValueOutputs *v);
