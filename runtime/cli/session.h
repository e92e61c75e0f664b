/* session.h — a strategy, its ticks and an engine, put together from options; `run` and `why` share it.
 *
 * In: a file, `[MARKET=]SRC` sources, `NAME=VALUE` params.  Out: a Replay that is ready to step.
 * Promise: every mistake in an option names the option, the word and what would be right. */
#pragma once

#include "runtime/cli/cli.h"
#include "runtime/history/ticks.h"
#include "runtime/proof/params.h"
#include "runtime/proof/replay.h"

typedef struct Session {
    Compilation c;
    const Image *image;
    Engine *engine;
    Replay *replay;
    TickTable *tables; /* by market */
    double *params;
    struct Trace *trace; /* of `run --why`, or NULL */
    int32_t why_rule;
} Session;

typedef struct SessionOptions {
    OptionId data, param;
    bool has_shows;
    EffectSink sink;
    void (*prepare)(Session *s, int64_t from_us); /* before the engine is made; may be NULL */
    int64_t from_us;
} SessionOptions;

/* EXIT_CLEAN, or the code to leave with after saying why. */
int session_open(Cli *cli, Session *s, const SessionOptions *how);
