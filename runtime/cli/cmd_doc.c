/* cmd_doc.c — a Markdown page of a strategy: comments, params, names with unit, sharing and readiness,
 * rules, limits. */
#include "compiler/types/types.h"
#include "compiler/views/sentences.h"
#include "runtime/cli/cli.h"
#include "vm/base/fmt.h"

static void put_ready(Ready r, Buf *out)
{
    if (!r.ticks && !r.us) {
        buf_str(out, "at once");
        return;
    }
    if (r.ticks) buf_fmt(out, "%llu tick%s", (unsigned long long)r.ticks, r.ticks == 1 ? "" : "s");
    if (r.ticks && r.us) buf_str(out, " + ");
    if (r.us) buf_fmt(out, "%f s", (double)r.us / 1e6);
}

static bool is_behind(Place a, Place b)
{
    return a.file != b.file ? a.file > b.file : a.begin > b.begin;
}

/* The program has them by name, a reader has them in the order of the text. */
static const Param *param_behind(const Program *p, const Param *last)
{
    const Param *next = NULL;

    for (uint32_t i = 0; i < p->params_count; i++) {
        const Param *m = &p->params[i];

        if (last && !is_behind(m->place, last->place)) continue;
        if (!next || is_behind(next->place, m->place)) next = m;
    }
    return next;
}

static void put_params(const Compilation *c, Arena *arena, Buf *out)
{
    const Program *p = c->program;

    if (!p->params_count) return;
    buf_str(out, "\n## Params\n\n| name | default | range | unit |\n|---|---|---|---|\n");
    for (const Param *m = param_behind(p, NULL); m; m = param_behind(p, m)) {
        buf_fmt(out, "| `%S` | %S | %S | ", m->name, m->spelled,
                m->has_range ? source_text(c->sources, m->range_place) : SPAN("fixed"));
        buf_span_put(out, type_text(arena, m->type));
        buf_str(out, " |\n");
    }
}

static void put_lets(const Compilation *c, Arena *arena, Buf *out)
{
    const Program *p = c->program;

    if (!p->lets_count) return;
    buf_str(out,
            "\n## Names\n\n| name | unit | sharing | ready | settled |\n|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < p->lets_count; i++) {
        const Let *l = &p->lets[i];

        if (l->local || !l->value) continue;
        buf_fmt(out, "| `%S` | ", l->name);
        buf_span_put(out, type_text(arena, l->value->type));
        buf_fmt(out, " | %s | ", l->value->wallet ? "per wallet" : "shared");
        put_ready(l->value->ready, out);
        buf_str(out, " | ");
        put_ready(l->value->settled, out);
        buf_str(out, " |\n");
    }
}

int cmd_doc(Cli *cli)
{
    CliCompile how = {.until = STAGE_CHECK};
    Buf out = cli_buf(cli);
    Compilation c;
    CliFile file;

    if (!cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    if (!cli_compile_readable(cli, &file, &how, &c)) return EXIT_FINDINGS;
    buf_fmt(&out, "# %S\n\n%S\n", c.program->title, c.program->doc);
    buf_str(&out, "\n## Markets\n\n");
    for (uint32_t i = 0; i < c.program->markets_count; i++) {
        buf_str(&out, "* ");
        sentence_market(&c, &c.program->markets[i], &out);
    }
    put_params(&c, cli->arena, &out);
    put_lets(&c, cli->arena, &out);
    buf_str(&out, "\n## Rules\n\n");
    for (uint32_t i = 0; i < c.program->rules_count; i++) {
        buf_fmt(&out, "%u. ", i + 1);
        sentence_rule(&c, &c.program->rules[i], &out);
    }
    buf_str(&out, "\n## Limits\n\n");
    for (uint32_t i = 0; i < c.program->limits_count; i++) {
        buf_str(&out, "* ");
        sentence_limit(&c, &c.program->limits[i], &out);
    }
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}
