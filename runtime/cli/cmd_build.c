/* cmd_build.c — build, verify and dis: strategies to images, and what images say of themselves. */
#include <string.h>

#include "runtime/cli/values.h"
#include "runtime/core/file.h"
#include "runtime/engine/drive_columns.h"
#include "runtime/engine/drive_live.h"
#include "runtime/engine/drive_sweep.h"
#include "runtime/engine/quiet.h"
#include "vm/base/fmt.h"
#include "vm/disasm.h"
#include "vm/verify.h"

/* What a loaded image can cost and do. */
static void put_certificate(Cli *cli, const Image *img, Buf *out)
{
    Refusal why = {0};
    Refuser refuser = {.why = &why};
    Certificate cert = {0};

    if (verify_image(img, cli->arena, &refuser, &cert)) certificate_put(img, &cert, out);
}

static const char stepped[] = "tick by tick, its condition reads a state, a fill or its own past";

static const char because[] = "columns, every tick is shown because of another rule";
static const char fires[] = "columns, shown where it fires";

/* How a rule is run at recorded ticks that columns take. */
static const char *rule_driver(const Wakes *wakes, DriveColumns *d, uint16_t rule)
{
    const Columns *c = drive_columns_shared(d);
    DriveShown shown = drive_columns_shown(d);

    for (uint32_t i = 0; i < wakes->count; i++) {
        const Wake *w = &wakes->rows[i];

        if (w->rule != rule) continue;
        if (columns_cond_is_stepped(c, w->gate)) return stepped;
        if (shown != SHOWN_SOME) return because;
        return w->is_edge ? fires : "columns, shown while what all wallets share of it is true";
    }
    for (uint32_t i = 0; i < columns_edges(c); i++) {
        if (columns_edge_rule(c, i) != rule) continue;
        if (columns_edge_is_stepped(c, i)) return stepped;
        return shown != SHOWN_SOME ? because : "columns, it sets states where it fires";
    }
    for (uint32_t i = 0; i < wakes->own_count && shown != SHOWN_RULE; i++)
        if (wakes->own[i] == rule) return shown == SHOWN_SOME ? fires : because;
    return "tick by tick, it has no condition that all wallets share";
}

static bool looks_at_ticks(const Image *img, const RuleRow *r, uint32_t market)
{
    for (uint32_t i = 0; i < img->clocks_count; i++)
        if (r->clocks >> i & 1 && img->clocks[i].kind == CLOCK_TICK &&
            img->clocks[i].index == market)
            return true;
    return false;
}

static void put_rules(Cli *cli, const Image *img, Vm *vm, DriveColumns *d, uint32_t market,
                      Buf *out)
{
    Wakes wakes = vm_wakes(vm, EV_TICK, (uint16_t)market, cli->arena);

    for (uint16_t i = 0; i < img->rules_count; i++) {
        Span label = image_string(img, img->rules[i].label);

        if (!looks_at_ticks(img, &img->rules[i], market)) continue;
        buf_fmt(out, "  rule %u", i + 1U);
        if (label.len) buf_fmt(out, " \"%S\"", label);
        buf_fmt(out, ": %s\n", rule_driver(&wakes, d, i));
    }
}

/* Which markets' recorded ticks the column driver takes, and why not the others; each rule there. */
static void put_columns(Cli *cli, const Image *img, Buf *out)
{
    EngineConfig config = engine_config_default(img);
    TickColumns ticks = {.is_ordered = true};
    DriveSetup setup = {.ticks = &ticks, .kernels = kernels_of(KERNELS_BASE)};

    setup.engine = engine_new(&config, cli->arena);
    setup.gateway = instant_new(img, cli->arena);
    for (uint32_t i = 0; setup.engine && setup.gateway && i < img->sources_count; i++) {
        ColumnsWhy why = COLUMNS_FINE;
        DriveColumns *d;

        if (img->sources[i].source != 0) continue;
        d = drive_columns_new(&setup, cli->arena, &why);
        buf_fmt(out, "ticks of %S in columns: %s%s\n", image_string(img, img->sources[i].selector),
                d ? "yes" : "no, all rules tick by tick: ", d ? "" : columns_sentence(why));
        if (d) put_rules(cli, img, engine_vm(setup.engine), d, setup.market, out);
        setup.market++;
    }
}

/* Whether variants of its params share recorded ticks, as far as the file alone can say. */
static void put_sweeps(Cli *cli, const Image *img, Buf *out)
{
    TickColumns ticks = {.is_ordered = true};
    SweepSetup setup = {
        .config = engine_config_default(img), .ticks = &ticks, .kernels = kernels_of(KERNELS_BASE)};
    DriveSweep *s = img->params_count ? drive_sweep_new(&setup, cli->arena) : NULL;
    SweepReport r;

    if (!s) return;
    r = drive_sweep_report(s);
    buf_fmt(out, "sweeps           %s%s\n", r.why ? "each variant by itself: " : "ticks are shared",
            r.why == SWEEP_COLUMNS ? columns_sentence(r.columns)
            : r.why                ? sweep_sentence(r.why)
                                   : "");
}

static void take_nothing(void *ctx, uint32_t wallet, const Effect *e)
{
    (void)ctx;
    (void)wallet;
    (void)e;
}

/* With many wallets, once a slot has opened. */
static void put_live(Cli *cli, const Image *img, Buf *out)
{
    EngineConfig config = engine_config_default(img);
    Event open = {.kind = EV_SLOT_OPEN, .slot = {.slot_us = 1}};
    Live *live = live_new(1, cli->arena);
    LiveWhy why;

    if (!live || live_add(live, &config) == NO_WALLET) return;
    live_apply(live, &open, (LiveSink){take_nothing, NULL});
    why = live_why(live, 0);
    buf_fmt(out, "many wallets     %s%s\n", why ? "by itself, " : "", live_sentence(why));
}

static void put_cost(Cli *cli, const Compilation *c)
{
    Refusal why = {0};
    const Image *img = image_load(c->image, cli->arena, &why);
    Buf out = cli_buf(cli);

    if (!img) return;
    put_certificate(cli, img, &out);
    put_columns(cli, img, &out);
    put_live(cli, img, &out);
    put_sweeps(cli, img, &out);
    cli_put(cli, buf_span(&out));
}

/* Where it was asked to go, or late_mover.odx to late_mover.odxb. */
static int write_image(Cli *cli, Span name, Span image)
{
    static const OptionId output = OPT_OUTPUT;
    const char *path = args_get(&cli->args, OPT_OUTPUT, NULL);
    ValueOutputs files = {.options = &output, .count = 1};
    Buf beside = cli_buf(cli);
    Err err = ERR_NONE;

    if (!path && strcmp(cli->args.plain[0], "-") == 0)
        return cli_fail(cli, EXIT_USE,
                        "standard input has no name that the image could have: say where it goes "
                        "with -o F.odxb");
    buf_fmt(&beside, "%Sb", name);
    if (!path) path = files.unnamed = buf_cstr(&beside);
    if (value_outputs(cli, &files) != EXIT_CLEAN) return EXIT_USE;
    return file_replace(path, image, &err) == ST_OK ? EXIT_CLEAN : cli_fail_err(cli, &err);
}

int cmd_build(Cli *cli)
{
    CliCompile how = {.until = STAGE_EMIT,
                      .is_plain = args_has(&cli->args, OPT_PLAIN),
                      .is_stripped = args_has(&cli->args, OPT_STRIP)};
    Compilation c;
    CliFile file;

    if (!cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    if (!cli_compile_sound(cli, &file, &how, &c)) return c.is_broken ? EXIT_FAULT : EXIT_FINDINGS;
    if (c.program->is_module)
        return cli_fail(
            cli, EXIT_FINDINGS,
            "%S is a module: it has no bytecode of its own, whoever uses it has it in theirs",
            file.name);
    if (args_has(&cli->args, OPT_COST)) {
        put_cost(cli, &c);
        if (!args_has(&cli->args, OPT_OUTPUT)) return EXIT_CLEAN;
    }
    return write_image(cli, file.name, c.image);
}

static int put_refusal(Cli *cli, Span name, const Refusal *why)
{
    Buf out = cli_buf(cli);

    buf_fmt(&out, "%S: refused: ODX%d at %s %u: %s\n", name, (int)why->code,
            why->section == SEC_CODE_U || why->section == SEC_CODE_V ? "word" : "byte", why->at,
            refusal_sentence(why));
    cli_put(cli, buf_span(&out));
    return EXIT_FINDINGS;
}

int cmd_verify(Cli *cli)
{
    int worst = EXIT_CLEAN;

    for (size_t i = 0; i < cli->args.plain_count; i++) {
        Refusal why = {0};
        const Image *img;
        CliFile file;
        Buf out = cli_buf(cli);

        if (!cli_file(cli, cli->args.plain[i], &file)) return EXIT_USE;
        img = image_load(file.text, cli->arena, &why);
        if (!img) {
            worst = put_refusal(cli, file.name, &why);
            continue;
        }
        buf_fmt(&out, "%S: verified\n", file.name);
        put_certificate(cli, img, &out);
        cli_put(cli, buf_span(&out));
    }
    return worst;
}

int cmd_dis(Cli *cli)
{
    CliCompile how = {.until = STAGE_EMIT};
    Buf out = cli_buf(cli);
    Refusal why = {0};
    const Image *img;
    Compilation c;
    CliFile file;

    if (!cli_file(cli, cli->args.plain[0], &file)) return EXIT_USE;
    if (!span_starts(file.text, SPAN("ODXB"))) {
        if (!cli_compile_readable(cli, &file, &how, &c)) return EXIT_FINDINGS;
        file.text = c.image;
    }
    img = image_load(file.text, cli->arena, &why);
    if (!img) return put_refusal(cli, file.name, &why);
    disasm_image(img, &out);
    cli_put(cli, buf_span(&out));
    return EXIT_CLEAN;
}
