/* backtest_page.h — the page of a backtest: its result, and what was typed to get it. */
#pragma once

#include "runtime/cli/backtest_job.h"

/* Empty when memory has ended. */
Span backtest_page(Cli *cli, const BacktestJob *job);
