/* values.h — values of options that several verbs take: whole numbers, times, ways to fill.
 *
 * Each returns EXIT_CLEAN, or the code to leave with after naming the option, the word and what would be
 * right; without the option *ret stays as it is. */
#pragma once

#include "runtime/cli/cli.h"
#include "runtime/matcher/matcher.h"

/* From 0 to `most`. */
int value_whole(Cli *cli, OptionId option, int64_t most, int64_t *ret);
int value_time(Cli *cli, OptionId option, int64_t *ret_us);
int value_model(Cli *cli, OptionId option, FillModel *ret);
/* Files that will be written when the work is done: each has a folder to lie in, is none itself, and is neither
 * another one of them nor a file that is named to be read. */
int value_outputs(Cli *cli, const OptionId *options, size_t count);
