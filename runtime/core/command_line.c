/* command_line.c — see command_line.h. */
#include "runtime/core/command_line.h"

#include <string.h>

#include "vm/base/fmt.h"

/* The table, what is filled from it, and where complaints go. */
typedef struct Reader {
    const ArgTable *table;
    Args *args;
    Arena *arena;
    Span *message;
} Reader;

unsigned args_verb_find(const ArgTable *table, const char *name)
{
    for (unsigned i = 0; i < table->verb_count; i++)
        if (strcmp(table->verbs[i].name, name) == 0) return i;
    return table->verb_count;
}

/* Letters to insert, delete or replace; both words are short. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32], n = strlen(b);

    if (n >= 31) return 99;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j], best = diagonal + (*a != b[j - 1]);

            if (above + 1 < best) best = above + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[n];
}

const char *args_verb_near(const ArgTable *table, const char *name)
{
    const char *best = NULL;
    size_t best_distance = 3;

    for (unsigned i = 0; i < table->verb_count; i++) {
        size_t d = distance(name, table->verbs[i].name);

        if (d < best_distance) {
            best_distance = d;
            best = table->verbs[i].name;
        }
    }
    return best;
}

bool args_belongs(const ArgTable *table, unsigned option, unsigned verb)
{
    unsigned owner = table->options[option].command;

    return owner == verb || owner == table->verb_count;
}

static const ArgVerb *verb_of(const Reader *r)
{
    return &r->table->verbs[r->args->command];
}

/* `--name` or `--name=value`; *ret_value is what follows '=' or NULL. */
static unsigned option_find(const Reader *r, const char *word, const char **ret_value)
{
    const char *eq = strchr(word, '=');
    size_t len = eq ? (size_t)(eq - word) : strlen(word);

    for (unsigned i = 0; i < r->table->option_count; i++) {
        const char *name = r->table->options[i].name;

        if (!args_belongs(r->table, i, r->args->command)) continue;
        if (strlen(name) != len || strncmp(name, word, len) != 0) continue;
        *ret_value = eq ? eq + 1 : NULL;
        return i;
    }
    return r->table->option_count;
}

/* The complaint; always false. */
static bool complain(Reader *r, const char *fmt, ...)
{
    va_list words;
    Buf out;

    buf_init(&out, r->arena, 4096);
    va_start(words, fmt);
    fmt_put(&out, fmt, words);
    va_end(words);
    *r->message = buf_span(&out);
    return false;
}

/* The nearest option of the verb, or else where they are listed. */
static bool no_such_option(Reader *r, const char *word)
{
    const ArgTable *t = r->table;
    const char *verb = verb_of(r)->name, *best = NULL;
    size_t best_distance = 3;

    for (unsigned i = 0; i < t->option_count; i++) {
        bool is_its = args_belongs(t, i, r->args->command);
        size_t d = is_its ? distance(word, t->options[i].name) : best_distance;

        if (d >= best_distance) continue;
        best_distance = d;
        best = t->options[i].name;
    }
    if (best)
        return complain(r, "`%s %s` has no option `%s`; did you mean `%s`?", t->program, verb, word,
                        best);
    return complain(r, "`%s %s` has no option `%s`; `%s help %s` lists them", t->program, verb,
                    word, t->program, verb);
}

static int take_value(Reader *r, unsigned option, const char *value, int words)
{
    r->args->values[option][r->args->counts[option]++] = value;
    return words;
}

/* One word that begins with '-'. Returns how many words it took, 0 on a mistake. */
static int take_option(Reader *r, int i, int argc, char **argv)
{
    const char *value = NULL;
    unsigned option = option_find(r, argv[i], &value);
    const ArgOption *o = &r->table->options[option];
    int words;

    if (option == r->table->option_count) return no_such_option(r, argv[i]);
    if (!o->value[0] && value) return complain(r, "`%s` takes no value", o->name);
    if (!o->value[0]) return take_value(r, option, "", 1);
    words = value ? 1 : 2;
    if (!value) value = i + 1 < argc ? argv[i + 1] : "";
    if (!*value) return complain(r, "`%s` needs a value: %s", o->name, o->value);
    return take_value(r, option, value, words);
}

static bool check_plain_count(Reader *r)
{
    const ArgVerb *v = verb_of(r);
    int n = (int)r->args->plain_count;

    if (args_has(r->args, r->table->help_option)) return true;
    if (n < v->min)
        return complain(r, "`%s %s` needs %s", r->table->program, v->name, v->arguments);
    if (v->max >= 0 && n > v->max)
        return complain(r, "`%s %s` does not know what to do with `%s`", r->table->program, v->name,
                        r->args->plain[v->max]);
    return true;
}

static bool find_verb(Reader *r, const char *word)
{
    const ArgTable *t = r->table;
    const char *near;

    r->args->command = args_verb_find(t, word);
    if (r->args->command != t->verb_count) return true;
    near = args_verb_near(t, word);
    if (near) return complain(r, "there is no verb `%s`; did you mean `%s`?", word, near);
    return complain(r, "there is no verb `%s`; `%s help` lists them", word, t->program);
}

static bool make_room(const ArgTable *t, Args *args, size_t words, Arena *arena)
{
    *args = (Args){.command = t->help_verb};
    args->plain = arena_array(arena, const char *, words);
    args->counts = arena_array(arena, size_t, t->option_count);
    args->values = arena_array(arena, const char **, t->option_count);
    if (arena_is_full(arena)) return false;
    for (unsigned i = 0; i < t->option_count; i++)
        args->values[i] = arena_array(arena, const char *, words);
    return !arena_is_full(arena);
}

static bool take_words(Reader *r, int argc, char **argv)
{
    bool only_plain = false;

    for (int i = 2; i < argc;) {
        if (!only_plain && strcmp(argv[i], "--") == 0) {
            only_plain = true;
            i++;
        } else if (!only_plain && argv[i][0] == '-' && argv[i][1]) {
            int taken = take_option(r, i, argc, argv);

            if (!taken) return false;
            i += taken;
        } else if (!argv[i][0]) {
            return complain(
                r, "word %d of `%s %s` is empty: a variable of your shell that is not set?", i - 1,
                r->table->program, verb_of(r)->name);
        } else {
            r->args->plain[r->args->plain_count++] = argv[i++];
        }
    }
    return true;
}

bool args_read(const ArgTable *table, Args *args, int argc, char **argv, Arena *arena,
               Span *ret_message)
{
    Reader r = {table, args, arena, ret_message};
    const char *verb;

    if (!make_room(table, args, argc > 0 ? (size_t)argc : 1, arena))
        return complain(&r, "out of memory");
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return true;
    verb = strcmp(argv[1], "--version") == 0 ? table->verbs[table->version_verb].name : argv[1];
    return find_verb(&r, verb) && take_words(&r, argc, argv) && check_plain_count(&r);
}

const char *args_get(const Args *a, unsigned option, const char *otherwise)
{
    return a->counts[option] ? a->values[option][a->counts[option] - 1] : otherwise;
}

/* ---- help pages ------------------------------------------------------------------------------- */

static void pad(Buf *out, size_t used, size_t width)
{
    do
        buf_char(out, ' ');
    while (++used < width);
}

void args_help_all(const ArgTable *table, Buf *out)
{
    size_t longest = 0;

    for (unsigned i = 0; i < table->verb_count; i++)
        if (strlen(table->verbs[i].name) > longest) longest = strlen(table->verbs[i].name);
    buf_fmt(out, "%s — %s\n\nusage: %s VERB [OPTIONS] ARGUMENTS\n\n", table->program, table->about,
            table->program);
    for (unsigned i = 0; i < table->verb_count; i++) {
        const ArgVerb *v = &table->verbs[i];

        buf_fmt(out, "  %s", v->name);
        pad(out, strlen(v->name), longest + 2);
        buf_fmt(out, "%s\n", v->summary);
    }
    buf_fmt(out, "\n`%s help VERB` tells more. ", table->program);
}

static void option_line(const ArgOption *o, Buf *out)
{
    size_t len = strlen(o->name) + (o->value[0] ? strlen(o->value) + 1 : 0);

    buf_fmt(out, "  %s%s%s", o->name, o->value[0] ? " " : "", o->value);
    pad(out, len, 24);
    buf_fmt(out, "%s\n", o->help);
}

void args_help_verb(const ArgTable *table, unsigned verb, Buf *out)
{
    const ArgVerb *v = &table->verbs[verb];

    buf_fmt(out, "%s %s — %s\n\nusage: %s %s [OPTIONS] %s\n\n", table->program, v->name, v->summary,
            table->program, v->name, v->arguments);
    if (v->more[0]) buf_fmt(out, "%s\n\n", v->more);
    for (unsigned i = 0; i < table->option_count; i++)
        if (args_belongs(table, i, verb)) option_line(&table->options[i], out);
}
