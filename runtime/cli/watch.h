/* watch.h — waits until one of the files changes; looks at times of change, needs no library. */
#pragma once

#include "runtime/cli/cli.h"

/* Returns when the time of change of a file differs from what it was when called, or one is gone. */
void watch_wait(Cli *cli, const CliFiles *files);
