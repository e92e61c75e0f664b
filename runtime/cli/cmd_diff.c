/* cmd_diff.c — what changed between two strategies, by meaning: rules, limits, params and the rest.
 *
 * Items are compared by the text they were written in, without white space and comments; params, states,
 * lets, shows and markets by name, rules by label, limits by kind.  "same meaning" is said when the
 * semantic hashes of both images agree, whatever the texts look like. */
#include <string.h>

#include "runtime/cli/cli.h"
#include "vm/base/fmt.h"
#include "vm/base/vec.h"
#include "vm/image.h"

typedef struct Item {
    Span kind, name, text; /* text in one line, single spaces */
    bool is_matched;
} Item;

typedef VEC(Item) Items;

typedef struct Side {
    CliFile file;
    Compilation c;
    Items items;
} Side;

/* The words of a text with one space between them; comments left out. */
static Span one_line(Arena *arena, Span text)
{
    bool in_comment = false, in_string = false, wants_space = false;
    Buf out;

    buf_init(&out, arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];

        if (in_comment && ch != '\n') continue;
        in_comment = ch == '#' && !in_string;
        if (ch == '"' && !(i && text.ptr[i - 1] == '\\')) in_string = !in_string;
        if (in_comment || (span_is_space(ch) && !in_string)) {
            wants_space = out.len > 0;
            continue;
        }
        if (wants_space) buf_char(&out, ' ');
        wants_space = false;
        buf_char(&out, ch);
    }
    return buf_span(&out);
}

static void add(Arena *arena, Side *s, const char *kind, Span name, Place place)
{
    Item item = {span_str(kind), name, one_line(arena, source_text(s->c.sources, place)), false};

    vec_push(arena, &s->items, item);
}

static void add_named(Arena *arena, Side *s)
{
    const Program *p = s->c.program;

    for (uint32_t i = 0; i < p->markets_count; i++)
        add(arena, s, "market", p->markets[i].name, p->markets[i].place);
    for (uint32_t i = 0; i < p->leaders_count; i++)
        add(arena, s, "leader", p->leaders[i].name, p->leaders[i].place);
    for (uint32_t i = 0; i < p->accounts_count; i++)
        add(arena, s, "account", p->accounts[i].name, p->accounts[i].place);
    for (uint32_t i = 0; i < p->feeds_count; i++)
        add(arena, s, "feed", p->feeds[i].name, p->feeds[i].place);
    for (uint32_t i = 0; i < p->params_count; i++)
        add(arena, s, "param", p->params[i].name, p->params[i].place);
    for (uint32_t i = 0; i < p->lets_count; i++)
        if (!p->lets[i].local) add(arena, s, "let", p->lets[i].name, p->lets[i].place);
    for (uint32_t i = 0; i < p->states_count; i++)
        add(arena, s, "state", p->states[i].name, p->states[i].place);
    for (uint32_t i = 0; i < p->shows_count; i++)
        add(arena, s, "show", p->shows[i].name, p->shows[i].place);
}

static const char *const limit_names[LIM_KINDS] = {
    "stop loss", "take profit",  "trailing stop",      "time stop",   "exit when", "no entry when",
    "cooldown",  "max position", "max exposure",       "max trades",  "max loss",  "max drawdown",
    "max open",  "max leverage", "hold to resolution", "hold forever"};

/* A limit goes by its words and its period: `max loss per day`. */
static Span limit_name(Arena *arena, const Limit *l)
{
    static const char *const pers[] = {"",          " per slot",   " per hour",  " per day",
                                       " per week", " per market", " per leader"};
    Buf name;

    buf_init(&name, arena, 64);
    buf_fmt(&name, "%s%s", limit_names[l->kind], l->per < ARRAY_LEN(pers) ? pers[l->per] : "");
    return buf_span(&name);
}

static void add_all(Arena *arena, Side *s)
{
    const Program *p = s->c.program;

    add_named(arena, s);
    for (uint32_t i = 0; i < p->rules_count; i++)
        add(arena, s, "rule", p->rules[i].label, p->rules[i].place);
    for (uint32_t i = 0; i < p->limits_count; i++)
        add(arena, s, "limit", limit_name(arena, &p->limits[i]), p->limits[i].place);
    for (uint32_t i = 0; i < p->promises_count; i++)
        add(arena, s, "always", (Span){"", 0}, p->promises[i].place);
}

static bool open_side(Cli *cli, const char *path, Side *s, int *ret_code)
{
    CliCompile how = {.until = STAGE_EMIT};

    *s = (Side){0};
    *ret_code = EXIT_USE;
    if (!cli_file(cli, path, &s->file)) return false;
    *ret_code = EXIT_FINDINGS;
    if (!cli_compile_sound(cli, &s->file, &how, &s->c)) return false;
    add_all(cli->arena, s);
    return true;
}

/* True when the machine would do the same: the hash covers code, tables and names that matter. */
static bool is_same_meaning(Cli *cli, const Side *a, const Side *b)
{
    Refusal why = {0};
    const Image *x, *y;

    if (a->c.program->is_module || b->c.program->is_module)
        return span_is(a->file.text, b->file.text);
    x = image_load(a->c.image, cli->arena, &why);
    y = image_load(b->c.image, cli->arena, &why);
    return x && y && memcmp(x->semantic_hash, y->semantic_hash, sizeof x->semantic_hash) == 0;
}

static Item *find(Items *in, const Item *want, bool same_text)
{
    for (size_t i = 0; i < in->count; i++) {
        Item *it = &in->items[i];

        if (it->is_matched || !span_is(it->kind, want->kind)) continue;
        if (same_text ? span_is(it->text, want->text)
                      : want->name.len && span_is(it->name, want->name))
            return it;
    }
    return NULL;
}

static void match(Items *a, Items *b, bool same_text, Buf *out)
{
    for (size_t i = 0; i < a->count; i++) {
        Item *from = &a->items[i], *to;

        if (from->is_matched || !(to = find(b, from, same_text))) continue;
        from->is_matched = to->is_matched = true;
        if (same_text) continue;
        buf_fmt(out, "changed %S %S\n  - %S\n  + %S\n", from->kind, from->name, from->text,
                to->text);
    }
}

static void put_left(const Items *in, const char *word, const char *mark, Buf *out)
{
    for (size_t i = 0; i < in->count; i++) {
        const Item *it = &in->items[i];

        if (it->is_matched) continue;
        buf_fmt(out, "%s %S%s%S\n  %s %S\n", word, it->kind, it->name.len ? " " : "", it->name,
                mark, it->text);
    }
}

int cmd_diff(Cli *cli)
{
    Buf out = cli_buf(cli);
    Side a, b;
    int code;

    if (!open_side(cli, cli->args.plain[0], &a, &code)) return code;
    if (!open_side(cli, cli->args.plain[1], &b, &code)) return code;
    if (is_same_meaning(cli, &a, &b)) {
        cli_put(cli, SPAN("same meaning\n"));
        return EXIT_CLEAN;
    }
    match(&a.items, &b.items, true, &out);
    match(&a.items, &b.items, false, &out);
    put_left(&a.items, "removed", "-", &out);
    put_left(&b.items, "added", "+", &out);
    if (!out.len) buf_str(&out, "the order of rules or limits changed, or a module behind them\n");
    cli_put(cli, buf_span(&out));
    return EXIT_FINDINGS;
}
