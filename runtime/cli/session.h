/* session.h — a strategy, its ticks and an engine, put together from words; `run`, `why` and the language
 * server share it.
 *
 * In: a file, `[MARKET=]SRC` sources, `NAME=VALUE` params.  Out: a Replay that is ready to step.
 * Promise: every mistake in a word names the word and what would be right. */
#pragma once

#include "runtime/backtest/replay.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/fills.h"
#include "runtime/history/ticks.h"
#include "runtime/proof/params.h"
#include "vm/base/vec.h"

typedef struct Session {
    Compilation c;
    const Image *image;
    Engine *engine;
    Replay *replay;
    TickTable *tables;         /* by market */
    VEC(const char *) folders; /* that tapes were read from */
    VEC(Span) notes;           /* what of them is damaged, unfinished or left out, a line each */
    uint8_t tape
        [SHA256_SIZE]; /* backtests: of all that was loaded; of several markets the sum of theirs */
    double *params;
    int64_t cash_micros;
    struct Trace *trace; /* of `run --why`, or NULL */
    int32_t why_rule;
} Session;

/* What a user wrote. */
typedef struct SessionWords {
    const char *const *data, *const *params;
    size_t data_count, param_count;
    const char *cash;        /* NULL: the default */
    const char *data_option; /* what to write when there is no data: "--ticks" */
    const Session *lender;   /* a backtest's: its ticks are these ones too; NULL: they are read */
    Span folder;             /* in front of relative paths; empty: they are as they stand */
} SessionWords;

typedef struct SessionOptions {
    OptionId data, param, cash;
    bool has_shows;
    Fills *fills; /* how orders are filled; NULL: instantly */
    /* Rows, params and cash are all, the caller runs them; data of another market is refused; words that
     * make no sense are exit 1. */
    bool is_backtest;
    EffectSink sink;
    int64_t from_us, to_us; /* rows from the one to before the other; 0: all */
    /* to be written; refused before ticks are read; may be NULL */
    const struct ValueOutputs *outputs;
} SessionOptions;

/* Of the compiled `s->c`; what was left out of the ticks goes to `notes`, a line a file. */
Status session_start(Session *s, const SessionWords *words, const SessionOptions *how, Arena *arena,
                     Buf *notes, Err *err);
/* "$500" or "500"; false when it is not an amount of money. */
bool session_dollars(Span text, int64_t *ret_micros);
/* Says that a range of time has no ticks of the market; EXIT_FINDINGS. */
int session_no_ticks(Cli *cli, const Market *m);
/* Its notes as lines of text. */
void session_put_notes(const Session *s, Buf *out);
/* What was loaded of a market. */
MarketRows session_rows(const Session *s, uint32_t market);
/* The two halves of session_open_words: compiles the file, then session_start; what is wrong is said. */
int session_compile(Cli *cli, Session *s, const char *path);
int session_load(Cli *cli, Session *s, const SessionWords *words, const SessionOptions *how);
int session_open_words(Cli *cli, Session *s, const char *path, const SessionWords *words,
                       const SessionOptions *how);
/* From the options of a verb. EXIT_CLEAN, or the code to leave with after saying why. */
int session_open(Cli *cli, Session *s, const SessionOptions *how);
