/* cmd_explain.c — the page of a finding (2.6.4); for a file, the strategy in plain sentences. */
#include "compiler/diag/diag.h"
#include "compiler/views/sentences.h"
#include "runtime/cli/cli.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

typedef struct Page {
    DiagCode code;
    const char *part[6]; /* means, matters, avoid, prefer, ignore, fix */
    const char *see;
} Page;

static const Page pages[] = {
#define PAGE(code, means, matters, avoid, prefer, ignore, fix, see) \
    {code, {means, matters, avoid, prefer, ignore, fix}, see},
#include "compiler/diag/pages.def"
#undef PAGE
};

static const struct {
    const char *name;
    bool is_code; /* kept as written; prose is wrapped */
} parts[] = {{"MEANS", false}, {"MATTERS", false}, {"AVOID", true},
             {"PREFER", true}, {"IGNORE", false},  {"FIX", false}};

enum { INDENT = 9, WIDTH = 108, TITLE_WIDTH = 60 };

static const Page *page_find(DiagCode code)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (pages[i].code == code) return &pages[i];
    return NULL;
}

static void put_wrapped(Buf *out, Span text)
{
    size_t column = INDENT;
    Span word;

    while (span_cut(&text, ' ', &word)) {
        if (column > INDENT && column + 1 + word.len > WIDTH) {
            buf_char(out, '\n');
            buf_fill(out, ' ', INDENT);
            column = INDENT;
        } else if (column > INDENT) {
            buf_char(out, ' ');
            column++;
        }
        buf_span_put(out, word);
        column += word.len;
    }
    buf_char(out, '\n');
}

static void put_lines(Buf *out, Span text)
{
    bool is_first = true;
    Span line;

    while (span_cut(&text, '\n', &line)) {
        if (!is_first) buf_fill(out, ' ', INDENT);
        buf_fmt(out, "%S\n", line);
        is_first = false;
    }
}

static const char *fix_words(DiagFixable fixable)
{
    switch (fixable) {
    case FIXABLE_SAFE:
        return ", safe fix";
    case FIXABLE_SUGGESTED:
        return ", suggested fix";
    case FIXABLE_SOME:
        return ", some fixes";
    case FIXABLE_ASKS:
        return ", asks";
    default:
        return "";
    }
}

static const char *const chapters[] = {"words", "units", "time", "logic", "money",
                                       "style", "graph", "cost", "proof", "bytecode"};

static void put_head(Buf *out, DiagCode code)
{
    const DiagInfo *info = diag_info(code);
    const DiagAbout *about = diag_about(code);
    size_t used = 8 + span_str(about->title).len;

    buf_fmt(out, "%s  %s", info->code, about->title);
    buf_fill(out, ' ', used < TITLE_WIDTH ? TITLE_WIDTH - used : 2);
    buf_fmt(out, "%s, %s%s\n\n", diag_level_name(info->level), chapters[about->chapter],
            fix_words(about->fixable));
}

static void put_see(Buf *out, const char *see)
{
    Span rest = span_str(see), code;
    bool is_first = true;

    buf_fmt(out, "%-*s", INDENT, "SEE");
    while (span_cut(&rest, ' ', &code)) {
        DiagCode c = diag_code_find(code);

        buf_fmt(out, "%s%S", is_first ? "" : ", ", code);
        if (c != ODX_NONE) buf_fmt(out, " %s", diag_about(c)->title);
        is_first = false;
    }
    buf_char(out, '\n');
}

static int explain_code(Cli *cli, DiagCode code)
{
    const Page *page = page_find(code);
    Buf out = cli_buf(cli);

    put_head(&out, code);
    for (size_t i = 0; page && i < ARRAY_LEN(parts); i++) {
        buf_fmt(&out, "%-*s", INDENT, parts[i].name);
        if (parts[i].is_code)
            put_lines(&out, span_str(page->part[i]));
        else
            put_wrapped(&out, span_str(page->part[i]));
    }
    if (page) put_see(&out, page->see);
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}

static bool looks_like_code(Span word)
{
    return word.len == 6 && span_starts(word, SPAN("ODX"));
}

int cmd_explain(Cli *cli)
{
    Span word = span_str(cli->args.plain[0]);
    DiagCode code = diag_code_find(word);
    CliCompile how = {.until = STAGE_PROVE};
    Compilation c;
    CliFile file;
    Buf out = cli_buf(cli);

    if (code != ODX_NONE) return explain_code(cli, code);
    if (looks_like_code(word))
        return cli_fail(cli, EXIT_USE, "there is no code `%S`; `odx catalogue findings` lists them",
                        word);
    if (!cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    if (!cli_compile_readable(cli, &file, &how, &c)) return EXIT_FINDINGS;
    sentences_put(&c, &out);
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}
