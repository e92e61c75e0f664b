/* table.c — see table.h. */
#include "tests/diff/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vm/ops.h"

enum { BAR = 1000, TRADED_BAR = 60, EXITED_BAR = 20 };

/* ---- counting ---------------------------------------------------------------------------------- */

static void count_words(uint64_t *ops, const CodeSection *s)
{
    for (uint32_t i = 0; i < s->word_count; i++) {
        const OpInfo *info = op_info(word_op(s->words[i]));

        ops[word_op(s->words[i])]++;
        if (info->group && op_operand(info, 3) != OPERAND_NONE) i++;
    }
}

static void count_effects(Counts *n, const EffectList *list)
{
    bool traded = false, exited = false;

    for (size_t i = 0; i < list->count; i++) {
        const Effect *e = &list->items[i];

        n->effect_kinds[e->kind]++;
        if (e->kind == EFFECT_SKIP) n->reasons[e->reason < REASON_OWN ? e->reason : REASON_OWN]++;
        if (e->kind == EFFECT_ORDER || e->kind == EFFECT_CANCEL) n->because[e->because]++;
        if (e->kind != EFFECT_ORDER) continue;
        traded = true;
        exited |= e->because >= BECAUSE_STOP_LOSS && e->because <= BECAUSE_TAKE_PROFIT;
    }
    n->effects += list->count;
    n->traded += traded;
    n->exited += exited;
}

void counts_pair(Counts *n, const Pair *pair)
{
    const Program *p = pair->c.program;

    n->compared++;
    count_words(n->ops, &pair->image->shared);
    count_words(n->ops, &pair->image->wallet);
    for (uint32_t i = 0; i < p->limits_count; i++)
        n->limits[p->limits[i].kind]++;
    for (int k = 0; k < EV_KINDS; k++)
        n->kinds[k] += pair->reference.kinds[k];
    for (size_t i = 0; i < pair->events.count; i++) /* evaluates nothing by itself */
        n->kinds[EV_CLOCK] += pair->events.events[i].kind == EV_CLOCK;
    n->events += pair->reference.event_count;
    count_effects(n, &pair->engine);
}

void counts_refusal(Counts *n, const Compilation *c)
{
    for (size_t i = 0; i < diags_count(c->diags); i++)
        if (diags_get(c->diags, i)->level == LEVEL_ERROR) {
            n->codes[diags_get(c->diags, i)->code]++;
            return;
        }
    n->codes[0]++;
}

void counts_test_image(Counts *n, Span text, Arena *arena)
{
    CompileOptions o = {.load = generate_load, .until = STAGE_EMIT, .has_tests = true};
    Compilation c = compile(SPAN("generated.odx"), text, &o, arena);
    uint64_t ops[256] = {0};
    Refusal why;
    const Image *image = c.image.len ? image_load(c.image, arena, &why) : NULL;

    if (!image) return;
    count_words(ops, &image->wallet);
    n->ops[OP_PROBE] += ops[OP_PROBE];
    n->ops[OP_PROBEB] += ops[OP_PROBEB];
}

void counts_rules(Counts *n)
{
    for (uint32_t i = 0; i < grammar_rules_count(); i++)
        n->rules[i] = grammar_rule_uses(i);
}

void counts_add(Counts *sum, const Counts *n)
{
    uint64_t *a = (uint64_t *)(void *)sum;
    const uint64_t *b = (const uint64_t *)(const void *)n;

    for (size_t i = 0; i < sizeof *sum / sizeof *a; i++)
        a[i] += b[i];
}

/* ---- printing ---------------------------------------------------------------------------------- */

static uint64_t row(const char *name, uint64_t count)
{
    printf("  %-24s %10" PRIu64 "%s\n", name, count, count < BAR ? "  *" : "");
    return count < BAR;
}

static const char *const limit_names[LIM_KINDS] = {
    "stop loss", "take profit",  "trailing stop",      "time stop",   "exit when", "no entry when",
    "cooldown",  "max position", "max exposure",       "max trades",  "max loss",  "max drawdown",
    "max open",  "max leverage", "hold to resolution", "hold forever"};
static const char *const event_names[EV_KINDS] = {
    "start",       "slot close", "slot open", "resolve",     "fill", "fill state",
    "order state", "reject",     "leader",    "tick",        "feed", "boundary",
    "command",     "clock",      "stale",     "promise look"};

static uint64_t print_what_ran(const Counts *n)
{
    uint64_t below = 0;

    printf("operations in images (* below %d)\n", BAR);
    for (int i = 0; i < 256; i++)
        if (op_info((uint8_t)i)->group) below += row(op_name((uint8_t)i), n->ops[i]);
    printf("limits\n");
    for (int i = 0; i < LIM_KINDS; i++)
        below += row(limit_names[i], n->limits[i]);
    printf("reasons\n");
    for (uint16_t i = 1; i < REASON_OWN; i++)
        if (reason_name(i)) below += row(reason_name(i), n->reasons[i]);
    below += row("the file's own", n->reasons[REASON_OWN]);
    printf("why an order was sent or cancelled\n");
    for (uint8_t i = 0; i < BECAUSE_COUNT; i++)
        below += row(because_name(i), n->because[i]);
    printf("events\n");
    for (int i = 0; i < EV_KINDS; i++)
        below += row(event_names[i], n->kinds[i]);
    return below;
}

/* ---- the grammar ------------------------------------------------------------------------------- */

typedef struct GrammarLines { /* of parser.y, by number */
    char text[1024][160];
    int count;
} GrammarLines;

static void read_grammar(GrammarLines *lines)
{
    FILE *f = fopen(GRAMMAR_FILE, "r");

    lines->count = 1;
    while (f && lines->count < 1024 && fgets(lines->text[lines->count], 160, f))
        lines->count++;
    if (f) fclose(f);
}

/* Rules that only a mistake leads to: unreadable parts, two `of` where one would do, `buy all`. */
static bool is_for_mistakes(const char *line)
{
    return strstr(line, " error") || strstr(line, "OF path OF path") || strstr(line, "BUY ALL");
}

static uint64_t print_grammar(const Counts *n)
{
    static GrammarLines lines;
    uint64_t below = 0, used = 0, mistakes = 0;

    read_grammar(&lines);
    printf("rules of the grammar that no program uses\n");
    for (uint32_t i = 1; i < grammar_rules_count(); i++) { /* 0: the end of the file */
        int at = grammar_rule_line(i);
        const char *line = at < lines.count ? lines.text[at] : "?";

        used += n->rules[i] != 0;
        mistakes += is_for_mistakes(line);
        if (n->rules[i] || is_for_mistakes(line)) continue;
        printf("  parser.y:%d rule %" PRIu32 ": %.100s", at, i, line);
        below++;
    }
    printf("  %" PRIu64 " of %" PRIu32 " used, %" PRIu64 " more are for mistakes\n", used,
           grammar_rules_count() - 1, mistakes);
    return below;
}

double per_cent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static uint64_t share(const char *name, double is, int bar)
{
    if (is < bar) printf("%s: %.1f%% is below %d%%\n", name, is, bar);
    return is < bar;
}

uint64_t table_print(const Counts *n, bool is_full)
{
    uint64_t below = print_what_ran(n);

    printf("productions\n");
    for (int i = 0; i < PROD_COUNT; i++)
        below += row(production_names[i], n->productions[i]);
    below += print_grammar(n);
    printf("refused programs, by first error\n");
    for (int i = 0; i < DIAG_CODE_COUNT; i++)
        if (n->codes[i])
            printf("  %-24s %10" PRIu64 "\n", i ? diag_info((DiagCode)i)->code : "none",
                   n->codes[i]);
    below += share("programs that sent an order", per_cent(n->traded, n->compared), TRADED_BAR);
    below += share("programs that exited by a limit", per_cent(n->exited, n->compared), EXITED_BAR);
    if (is_full) printf("%" PRIu64 " rows below their bar\n", below);
    return is_full ? below : 0;
}
