/* backtest_page.c — see backtest_page.h. */
#include "runtime/cli/backtest_page.h"

#include "compiler/source/source.h"
#include "runtime/backtest/report_html.h"

/* As a shell reads it back. */
static void put_word(Buf *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=./,:+@%";
    bool is_plain = text[0] != 0;

    for (const char *c = text; *c; c++)
        is_plain = is_plain && strchr(plain, *c);
    buf_str(out, is_plain ? " " : " '");
    for (const char *c = text; *c; c++)
        buf_str(out, *c == '\'' ? "'\\''" : (char[]){*c, 0});
    if (!is_plain) buf_char(out, '\'');
}

/* Where results go and trials are counted says nothing about them. */
static bool is_result_option(OptionId id)
{
    return option_info(id)->command == COMMAND_backtest && id != OPT_BACKTEST_JSON &&
           id != OPT_BACKTEST_TRADES && id != OPT_BACKTEST_HTML && id != OPT_BACKTEST_LEDGER &&
           id != OPT_BACKTEST_QUIET;
}

static Span command_of(Cli *cli, const BacktestJob *job)
{
    Buf line = cli_buf(cli);

    buf_str(&line, "odx backtest");
    put_word(&line, job->file);
    for (int id = 0; id < OPTION_COUNT; id++)
        for (size_t i = 0; is_result_option((OptionId)id) && i < cli->args.counts[id]; i++) {
            put_word(&line, option_info((OptionId)id)->name);
            put_word(&line, cli->args.values[id][i]);
        }
    return buf_span(&line);
}

Span backtest_page(Cli *cli, const BacktestJob *job)
{
    const Compilation *c = &job->session.c;
    Buf page = cli_buf(cli);
    ReportFacts facts = {.title = c->program->title.len ? c->program->title : span_str(job->file),
                         .source = c->sources->files[0].text,
                         .notes = job->notes,
                         .command = command_of(cli, job)};
    bool ok;

    memcpy(facts.curves, job->curves, sizeof facts.curves);
    ok = report_html(&page, job->result, &facts, cli->scratch);
    return ok && !buf_is_full(&page) ? buf_span(&page) : (Span){NULL, 0};
}
