/* fleet_words.c — see fleet_words.h. */
#include "runtime/cli/fleet_words.h"

#include <string.h>

#include "runtime/history/dataset.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

typedef struct Words {
    Cli *cli;
    BacktestJob *job;
    FleetPlan *plan;
    Session *sessions;
    const char ***data; /* by strategy: the words that it gets */
    size_t *data_counts;
} Words;

/* ---- names --------------------------------------------------------------------------------------- */

/* "late_leader" of "examples/late_leader.odx". */
static Span short_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');

    return dot && dot != base ? span_of(base, (size_t)(dot - base)) : span_str(base);
}

/* Files of one name in several folders go by their paths. */
static Span name_of(const BacktestJob *job, size_t i)
{
    for (size_t k = 0; k < job->file_count; k++)
        if (k != i && span_is(short_name(job->files[k]), short_name(job->files[i])))
            return span_str(job->files[i]);
    return short_name(job->files[i]);
}

static int32_t strategy_named(const BacktestJob *job, Span name)
{
    for (size_t i = 0; i < job->file_count; i++)
        if (span_is(name_of(job, i), name) || span_eq_str(name, job->files[i])) return (int32_t)i;
    return -1;
}

/* ---- strategies ---------------------------------------------------------------------------------- */

static bool has_market(const Session *s, Span name)
{
    for (uint32_t i = 0; i < s->c.program->markets_count; i++)
        if (span_is(s->c.program->markets[i].name, name)) return true;
    return false;
}

static bool has_param(const Session *s, Span name)
{
    for (uint32_t i = 0; i < s->c.program->params_count; i++)
        if (span_is(s->c.program->params[i].name, name)) return true;
    return false;
}

/* A source that names a market of other strategies alone is theirs. */
static bool is_for(const Words *w, size_t strategy, const char *word)
{
    const char *eq = strchr(word, '=');
    Span name = eq ? span_of(word, (size_t)(eq - word)) : SPAN("");

    if (!eq || has_market(&w->sessions[strategy], name)) return true;
    for (size_t i = 0; i < w->job->file_count; i++)
        if (has_market(&w->sessions[i], name)) return false;
    return true;
}

/* The word as that strategy reads it, "NAME=VALUE"; NULL: it is for others. */
static const char *param_for(const Words *w, size_t strategy, const char *word)
{
    const char *eq = strchr(word, '='), *dot = strchr(word, '.');

    if (!eq) return word;
    if (dot && dot < eq) {
        bool is_own =
            strategy_named(w->job, span_of(word, (size_t)(dot - word))) == (int32_t)strategy;

        return is_own ? dot + 1 : NULL;
    }
    return has_param(&w->sessions[strategy], span_of(word, (size_t)(eq - word))) ? word : NULL;
}

static int check_params(const Words *w)
{
    for (size_t p = 0; p < w->job->words.param_count; p++) {
        bool is_taken = false;

        for (size_t i = 0; i < w->job->file_count; i++)
            is_taken |= param_for(w, i, w->job->words.params[p]) != NULL;
        if (!is_taken)
            return cli_fail(w->cli, EXIT_FINDINGS, "`--param %s`: none of the files has that param",
                            w->job->words.params[p]);
    }
    return EXIT_CLEAN;
}

static bool are_same_markets(const Program *a, const Program *b)
{
    if (a->markets_count != b->markets_count) return false;
    for (uint32_t i = 0; i < a->markets_count; i++)
        if (!span_is(a->markets[i].name, b->markets[i].name) ||
            !span_is(a->markets[i].venue, b->markets[i].venue) ||
            !span_is(a->markets[i].selector, b->markets[i].selector))
            return false;
    return true;
}

/* An earlier strategy that reads the same words for the same markets has the ticks already. */
static const Session *lender_of(const Words *w, size_t strategy)
{
    for (size_t i = 0; i < strategy; i++) {
        size_t n = w->data_counts[i];

        if (n == w->data_counts[strategy] &&
            (!n || !memcmp(w->data[i], w->data[strategy], n * sizeof *w->data[i])) &&
            are_same_markets(w->sessions[i].c.program, w->sessions[strategy].c.program))
            return &w->sessions[i];
    }
    return NULL;
}

static int load(const Words *w, size_t strategy)
{
    const BacktestJob *j = w->job;
    SessionOptions how = {.is_backtest = true,
                          .from_us = j->from_us,
                          .to_us = j->to_us,
                          .outputs = strategy ? NULL : &j->outputs};
    SessionWords words = j->words;
    const char **params = arena_array(w->cli->arena, const char *, words.param_count + 1);

    w->data[strategy] = arena_array(w->cli->arena, const char *, words.data_count + 1);
    for (size_t i = 0; i < j->words.data_count; i++)
        if (is_for(w, strategy, j->words.data[i]))
            w->data[strategy][w->data_counts[strategy]++] = j->words.data[i];
    words.param_count = 0;
    for (size_t i = 0; i < j->words.param_count; i++) {
        const char *word = param_for(w, strategy, j->words.params[i]);

        if (word) params[words.param_count++] = word;
    }
    words.data = w->data[strategy];
    words.data_count = w->data_counts[strategy];
    words.params = params;
    words.lender = lender_of(w, strategy);
    return session_load(w->cli, &w->sessions[strategy], &words, &how);
}

static int load_all(Words *w)
{
    size_t n = w->job->file_count;
    int code = EXIT_CLEAN;

    w->sessions = w->job->sessions = arena_array(w->cli->arena, Session, n);
    w->data = arena_array(w->cli->arena, const char **, n);
    w->data_counts = arena_array(w->cli->arena, size_t, n);
    for (size_t i = 0; i < n && code == EXIT_CLEAN; i++)
        code = session_compile(w->cli, &w->sessions[i], w->job->files[i]);
    if (code == EXIT_CLEAN) code = check_params(w);
    for (size_t i = 0; i < n && code == EXIT_CLEAN; i++)
        code = load(w, i);
    if (code == EXIT_CLEAN) w->job->session = w->sessions[0];
    return code;
}

/* ---- markets ------------------------------------------------------------------------------------- */

typedef struct Known { /* one of the fleet's markets, and who brought it */
    const Market *market;
    const TickTable *table;
} Known;

static void sum_of(const Words *w, const Known *k, uint8_t ret_sum[SHA256_SIZE])
{
    Span stream = dataset_stream(k->market->venue, k->market->selector, w->cli->arena);

    ticks_sha256(k->table, stream, ret_sum);
}

static bool has_same_ticks(const Words *w, const Known *a, const Known *b)
{
    uint8_t x[SHA256_SIZE], y[SHA256_SIZE];

    if (a->table->rows == b->table->rows && a->table->count == b->table->count) return true;
    sum_of(w, a, x);
    sum_of(w, b, y);
    return !memcmp(x, y, sizeof x);
}

static int no_ticks(const Words *w, size_t strategy, const Market *m)
{
    if (w->job->from_us || w->job->to_us)
        return cli_fail(w->cli, EXIT_FINDINGS,
                        "%s: `%S` (%S %S) has no ticks in that range of time",
                        w->job->files[strategy], m->name, m->venue, m->selector);
    return cli_fail(w->cli, EXIT_FINDINGS,
                    "%s: `%S` (%S %S) has no ticks; say where they are with --data %S=SRC",
                    w->job->files[strategy], m->name, m->venue, m->selector, m->name);
}

static int add_market(Words *w, size_t strategy, uint32_t market, Known *known, uint8_t *ret)
{
    const Session *s = &w->sessions[strategy];
    FleetPlan *p = w->plan;
    Known it = {&s->c.program->markets[market], &s->tables[market]};

    if (!it.table->count) return no_ticks(w, strategy, it.market);
    for (uint32_t i = 0; i < p->market_count; i++) {
        if (!span_is(known[i].market->venue, it.market->venue) ||
            !span_is(known[i].market->selector, it.market->selector))
            continue;
        *ret = (uint8_t)i;
        if (has_same_ticks(w, &known[i], &it)) return EXIT_CLEAN;
        return cli_fail(w->cli, EXIT_FINDINGS,
                        "%s: `%S` is the market %S %S, of which another file reads other ticks",
                        w->job->files[strategy], it.market->name, it.market->venue,
                        it.market->selector);
    }
    if (p->market_count == FLEET_MARKETS)
        return cli_fail(w->cli, EXIT_FINDINGS, "more than %d markets at once", FLEET_MARKETS);
    p->ticks += it.table->count;
    p->rows[p->market_count] = session_rows(s, market);
    known[p->market_count] = it;
    *ret = (uint8_t)p->market_count++;
    return EXIT_CLEAN;
}

static int join_markets(Words *w)
{
    Known known[FLEET_MARKETS];
    FleetPlan *p = w->plan;
    int code = EXIT_CLEAN;

    p->rows = arena_array(w->cli->arena, MarketRows, FLEET_MARKETS);
    for (uint32_t i = 0; i < p->strategy_count; i++) {
        uint32_t n = w->sessions[i].c.program->markets_count;
        uint8_t *markets = arena_array(w->cli->arena, uint8_t, n + 1U);

        for (uint32_t m = 0; m < n && code == EXIT_CLEAN; m++)
            code = add_market(w, i, m, known, &markets[m]);
        if (code != EXIT_CLEAN) return code;
        p->strategies[i].markets = markets;
        p->strategies[i].tape_sha256 = w->sessions[i].tape;
    }
    return EXIT_CLEAN;
}

/* Is this the first strategy that ran on its tape? */
bool fleet_is_first_on_tape(const FleetPlan *p, uint32_t strategy)
{
    for (uint32_t i = 0; i < strategy; i++)
        if (!memcmp(p->strategies[i].tape_sha256, p->strategies[strategy].tape_sha256, SHA256_SIZE))
            return false;
    return true;
}

/* The only tape, or the sum of the different ones. */
static void sum_tapes(FleetPlan *p)
{
    uint32_t count = 0;
    Sha256 all;

    sha256_init(&all);
    for (uint32_t i = 0; i < p->strategy_count; i++) {
        if (!fleet_is_first_on_tape(p, i)) continue;
        sha256_update(&all, p->strategies[i].tape_sha256, SHA256_SIZE);
        count++;
    }
    memcpy(p->tape, p->strategies[0].tape_sha256, SHA256_SIZE);
    if (count > 1) sha256_final(&all, p->tape);
}

static int take_strategies(Words *w)
{
    FleetPlan *p = w->plan;
    size_t n = w->job->file_count;
    int code;

    if (n > FLEET_STRATEGIES)
        return cli_fail(w->cli, EXIT_USE, "more than %d strategies at once", FLEET_STRATEGIES);
    p->strategies = arena_array(w->cli->arena, FleetStrategy, n);
    p->strategy_count = (uint32_t)n;
    for (size_t i = 0; i < n; i++)
        p->strategies[i] = (FleetStrategy){.name = name_of(w->job, i),
                                           .image = w->sessions[i].image,
                                           .params = w->sessions[i].params};
    code = join_markets(w);
    if (code == EXIT_CLEAN) sum_tapes(p);
    return code;
}

/* ---- wallets ------------------------------------------------------------------------------------- */

static void add_pair(FleetPlan *p, uint32_t strategy)
{
    p->pairs[p->pair_count++] = (FleetPair){strategy, p->wallet_count - 1};
}

static void add_wallet(const Words *w, Span name, int64_t cash_micros, int64_t copy)
{
    FleetPlan *p = w->plan;
    Buf numbered = cli_buf(w->cli);

    if (w->job->copies > 1) {
        buf_fmt(&numbered, "%S-%lld", name, (long long)copy);
        name = buf_span(&numbered);
    }
    p->wallets[p->wallet_count++] = (FleetWallet){name, cash_micros};
}

typedef struct Purchase { /* a --wallet */
    Span name, files;
    int64_t cash_micros;
} Purchase;

static bool read_wallet(const char *word, Purchase *ret)
{
    Span text = span_str(word);
    size_t eq = span_find_char(text, '='), colon;
    Span cash;

    if (eq == SPAN_NONE_AT || !eq) return false;
    ret->name = span_sub(text, 0, eq);
    cash = span_from(text, eq + 1);
    colon = span_find_char(cash, ':');
    ret->files = colon == SPAN_NONE_AT ? SPAN("") : span_from(cash, colon + 1);
    if (colon != SPAN_NONE_AT) cash = span_sub(cash, 0, colon);
    return session_dollars(cash, &ret->cash_micros) && (colon == SPAN_NONE_AT || ret->files.len);
}

/* Which strategies trade in it: a bit each. */
static int members_of(const Words *w, const char *word, Span files, uint64_t *ret)
{
    Span rest = files, name;

    *ret = files.len ? 0 : UINT64_MAX >> (64 - w->job->file_count);
    while (rest.len && span_cut(&rest, ',', &name)) {
        int32_t at = strategy_named(w->job, name);

        if (at < 0)
            return cli_fail(w->cli, EXIT_USE, "`--wallet %s`: `%S` is none of the files", word,
                            name);
        *ret |= UINT64_C(1) << at;
    }
    return EXIT_CLEAN;
}

static int add_named(const Words *w, const char *word)
{
    Purchase bought;
    uint64_t members;
    int code;

    if (!read_wallet(word, &bought))
        return cli_fail(w->cli, EXIT_USE,
                        "`--wallet %s`: write NAME=USD or NAME=USD:FILE,FILE, as in main=500",
                        word);
    for (uint32_t i = 0; i < w->plan->wallet_count; i++)
        if (span_is(w->plan->wallets[i].name, bought.name))
            return cli_fail(w->cli, EXIT_USE, "`--wallet %s`: there is a wallet `%S` already", word,
                            bought.name);
    code = members_of(w, word, bought.files, &members);
    for (int64_t k = 1; k <= w->job->copies && code == EXIT_CLEAN; k++) {
        add_wallet(w, bought.name, bought.cash_micros, k);
        for (uint32_t i = 0; i < w->plan->strategy_count; i++)
            if (members >> i & 1) add_pair(w->plan, i);
    }
    return code;
}

/* Without --wallet: one for each strategy, of its name. */
static void add_own(const Words *w)
{
    for (uint32_t i = 0; i < w->plan->strategy_count; i++)
        for (int64_t k = 1; k <= w->job->copies; k++) {
            add_wallet(w, w->plan->strategies[i].name, w->sessions[i].cash_micros, k);
            add_pair(w->plan, i);
        }
}

/* Every strategy that was named on the command line has to trade somewhere. */
static int check_all_trade(const Words *w)
{
    for (uint32_t s = 0; s < w->plan->strategy_count; s++) {
        bool trades = false;

        for (uint32_t i = 0; i < w->plan->pair_count; i++)
            trades |= w->plan->pairs[i].strategy == s;
        if (!trades) return cli_fail(w->cli, EXIT_USE, "no --wallet is for %s", w->job->files[s]);
    }
    return EXIT_CLEAN;
}

static int take_wallets(Words *w)
{
    BacktestJob *j = w->job;
    FleetPlan *p = w->plan;
    size_t kinds = j->wallet_count ? j->wallet_count : p->strategy_count, pairs;
    int code = EXIT_CLEAN;

    if (!j->copies) j->copies = 1;
    pairs = kinds * (size_t)j->copies * (j->wallet_count ? p->strategy_count : 1);
    if (pairs > FLEET_PAIRS)
        return cli_fail(w->cli, EXIT_USE, "more than %d strategies in wallets at once",
                        FLEET_PAIRS);
    p->wallets = arena_array(w->cli->arena, FleetWallet, kinds * (size_t)j->copies + 1);
    p->pairs = arena_array(w->cli->arena, FleetPair, pairs + 1);
    if (!j->wallet_count) add_own(w);
    for (size_t i = 0; i < j->wallet_count && code == EXIT_CLEAN; i++)
        code = add_named(w, j->wallets[i]);
    return code == EXIT_CLEAN ? check_all_trade(w) : code;
}

int fleet_plan(Cli *cli, BacktestJob *job, FleetPlan *ret)
{
    Words w = {.cli = cli, .job = job, .plan = ret};
    int code;

    *ret = (FleetPlan){0};
    code = load_all(&w);
    if (code == EXIT_CLEAN) code = take_strategies(&w);
    return code == EXIT_CLEAN ? take_wallets(&w) : code;
}
