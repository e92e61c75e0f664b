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

static Span command_of(Cli *cli)
{
    Buf line = cli_buf(cli);

    buf_str(&line, "odx backtest");
    for (size_t i = 0; i < cli->args.plain_count; i++)
        put_word(&line, cli->args.plain[i]);
    for (int id = 0; id < OPTION_COUNT; id++)
        for (size_t i = 0; is_result_option((OptionId)id) && i < cli->args.counts[id]; i++) {
            put_word(&line, option_info((OptionId)id)->name);
            if (option_info((OptionId)id)->value[0]) put_word(&line, cli->args.values[id][i]);
        }
    return buf_span(&line);
}

/* Of several: their names, the first three of them. */
static Span title_of(Cli *cli, const BacktestJob *job)
{
    const Program *p = job->session.c.program;
    Buf title = cli_buf(cli);

    if (!job->sessions) return p->title.len ? p->title : span_str(job->file);
    for (size_t i = 0; i < job->file_count && i < 3; i++) {
        p = job->sessions[i].c.program;
        buf_str(&title, i ? ", " : "");
        buf_span_put(&title, p->title.len ? p->title : span_str(job->files[i]));
    }
    if (job->file_count > 3) buf_fmt(&title, " and %zu more", job->file_count - 3);
    return buf_span(&title);
}

static Span source_of(Cli *cli, const BacktestJob *job)
{
    Buf text = cli_buf(cli);

    if (!job->sessions || job->file_count < 2) return job->session.c.sources->files[0].text;
    for (size_t i = 0; i < job->file_count; i++)
        buf_fmt(&text, "%s# %s\n%S", i ? "\n" : "", job->files[i],
                job->sessions[i].c.sources->files[0].text);
    return buf_span(&text);
}

Span backtest_page(Cli *cli, const BacktestJob *job)
{
    Buf page = cli_buf(cli);
    ReportFacts facts = {.title = title_of(cli, job),
                         .source = source_of(cli, job),
                         .notes = job->notes,
                         .command = command_of(cli)};
    bool ok;

    memcpy(facts.curves, job->curves, sizeof facts.curves);
    ok = report_html(&page, job->result, &facts, cli->scratch);
    return ok && !buf_is_full(&page) ? buf_span(&page) : (Span){NULL, 0};
}
