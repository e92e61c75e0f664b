/* args.c — see args.h. */
#include "runtime/cli/args.h"

#include <string.h>

#include "runtime/cli/cli.h"
#include "vm/base/fmt.h"

static const CommandInfo commands[] = {
#define COMMAND(name, fn, arguments, min, max, summary, more) \
    {#name, arguments, min, max, summary, more, fn},
#define COMMAND_AS(id, name, fn, arguments, min, max, summary, more) \
    {name, arguments, min, max, summary, more, fn},
#include "runtime/cli/commands.def"
};

static const OptionInfo options[] = {
#define OPTION(command, id, name, value, help) {COMMAND_##command, name, value, help},
#include "runtime/cli/commands.def"
};

const CommandInfo *command_info(CommandId id)
{
    return &commands[id];
}

const OptionInfo *option_info(OptionId id)
{
    return &options[id];
}

CommandId command_find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0) return (CommandId)i;
    return COMMAND_COUNT;
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

const char *command_near(const char *name)
{
    const char *best = NULL;
    size_t best_distance = 3;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        size_t d = distance(name, commands[i].name);

        if (d < best_distance) {
            best_distance = d;
            best = commands[i].name;
        }
    }
    return best;
}

static bool option_belongs(size_t i, CommandId command)
{
    return options[i].command == command || options[i].command == COMMAND_all;
}

/* `--name` or `--name=value`; *ret_value is what follows '=' or NULL. */
static size_t option_find(CommandId command, const char *word, const char **ret_value)
{
    const char *eq = strchr(word, '=');
    size_t len = eq ? (size_t)(eq - word) : strlen(word);

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!option_belongs(i, command)) continue;
        if (strlen(options[i].name) != len || strncmp(options[i].name, word, len) != 0) continue;
        *ret_value = eq ? eq + 1 : NULL;
        return i;
    }
    return OPTION_COUNT;
}

static Span say(Arena *arena, const char *fmt, const char *a, const char *b)
{
    Buf out;

    buf_init(&out, arena, 4096);
    buf_fmt(&out, fmt, a, b);
    return buf_span(&out);
}

/* The nearest option of the verb, or else where they are listed. */
static Span no_such_option(CommandId command, const char *word, Arena *arena)
{
    const char *best = NULL;
    size_t best_distance = 3;
    Buf out;

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        size_t d = option_belongs(i, command) ? distance(word, options[i].name) : best_distance;

        if (d >= best_distance) continue;
        best_distance = d;
        best = options[i].name;
    }
    buf_init(&out, arena, 4096);
    buf_fmt(&out, "`odx %s` has no option `%s`; ", commands[command].name, word);
    if (best)
        buf_fmt(&out, "did you mean `%s`?", best);
    else
        buf_fmt(&out, "`odx help %s` lists them", commands[command].name);
    return buf_span(&out);
}

static void value_add(Args *args, size_t option, const char *value)
{
    args->values[option][args->counts[option]++] = value;
}

/* One word that begins with '-'. Returns how many words it took, 0 on a mistake. */
static int take_option(Args *args, int i, int argc, char **argv, Arena *arena, Span *ret_message)
{
    const char *value = NULL;
    size_t option = option_find(args->command, argv[i], &value);

    if (option == OPTION_COUNT) {
        *ret_message = no_such_option(args->command, argv[i], arena);
        return 0;
    }
    if (!options[option].value[0]) {
        if (value) {
            *ret_message = say(arena, "`%s` takes no value%s", options[option].name, "");
            return 0;
        }
        value_add(args, option, "");
        return 1;
    }
    if (value) {
        value_add(args, option, value);
        return 1;
    }
    if (i + 1 >= argc) {
        *ret_message =
            say(arena, "`%s` needs a value: %s", options[option].name, options[option].value);
        return 0;
    }
    value_add(args, option, argv[i + 1]);
    return 2;
}

static bool check_plain_count(const Args *args, Arena *arena, Span *ret_message)
{
    const CommandInfo *c = &commands[args->command];
    int n = (int)args->plain_count;

    if (args_has(args, OPT_HELP)) return true;
    if (n < c->min) {
        *ret_message = say(arena, "`odx %s` needs %s", c->name, c->arguments);
        return false;
    }
    if (c->max >= 0 && n > c->max) {
        *ret_message =
            say(arena, "`odx %s` does not know what to do with `%s`", c->name, args->plain[c->max]);
        return false;
    }
    return true;
}

static bool find_command(Args *args, const char *word, Arena *arena, Span *ret_message)
{
    args->command = command_find(word);
    if (args->command != COMMAND_COUNT) return true;

    const char *near = command_near(word);

    *ret_message = near ? say(arena, "there is no verb `%s`; did you mean `%s`?", word, near)
                        : say(arena, "there is no verb `%s`; `odx help` lists them%s", word, "");
    return false;
}

bool args_parse(Args *args, int argc, char **argv, Arena *arena, Span *ret_message)
{
    size_t words = argc > 0 ? (size_t)argc : 1;
    bool only_plain = false;

    *args = (Args){.command = COMMAND_help};
    args->plain = arena_array(arena, const char *, words);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        args->values[i] = arena_array(arena, const char *, words);
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return true;
    if (!find_command(args, strcmp(argv[1], "--version") == 0 ? "version" : argv[1], arena,
                      ret_message))
        return false;
    for (int i = 2; i < argc;) {
        if (!only_plain && strcmp(argv[i], "--") == 0) {
            only_plain = true;
            i++;
        } else if (!only_plain && argv[i][0] == '-' && argv[i][1]) {
            int taken = take_option(args, i, argc, argv, arena, ret_message);

            if (!taken) return false;
            i += taken;
        } else {
            args->plain[args->plain_count++] = argv[i++];
        }
    }
    return check_plain_count(args, arena, ret_message);
}

const char *args_get(const Args *a, OptionId id, const char *otherwise)
{
    return a->counts[id] ? a->values[id][a->counts[id] - 1] : otherwise;
}
