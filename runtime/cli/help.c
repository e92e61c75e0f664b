/* help.c — help pages and shell completions, made from commands.def. */
#include <string.h>

#include "runtime/cli/args.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

static void pad(Buf *out, size_t used, size_t width)
{
    do
        buf_char(out, ' ');
    while (++used < width);
}

void help_all(Buf *out)
{
    buf_str(out, "odx — check, test, run and explain strategies for prediction markets\n\n"
                 "usage: odx VERB [OPTIONS] ARGUMENTS\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const CommandInfo *c = command_info((CommandId)i);

        buf_fmt(out, "  %s", c->name);
        pad(out, strlen(c->name), 13);
        buf_fmt(out, "%s\n", c->summary);
    }
    buf_str(out, "\n`odx help VERB` tells more. Exit status: 0 clean, 1 findings, 2 wrong use, "
                 "3 a fault of ours.\n");
}

static void option_line(const OptionInfo *o, Buf *out)
{
    size_t len = strlen(o->name) + (o->value[0] ? strlen(o->value) + 1 : 0);

    buf_fmt(out, "  %s%s%s", o->name, o->value[0] ? " " : "", o->value);
    pad(out, len, 24);
    buf_fmt(out, "%s\n", o->help);
}

void help_command(CommandId id, Buf *out)
{
    const CommandInfo *c = command_info(id);

    buf_fmt(out, "odx %s — %s\n\nusage: odx %s [OPTIONS] %s\n\n", c->name, c->summary, c->name,
            c->arguments);
    if (c->more[0]) buf_fmt(out, "%s\n\n", c->more);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *o = option_info((OptionId)i);

        if (o->command == id || o->command == COMMAND_all) option_line(o, out);
    }
}

static void verbs(Buf *out, const char *separator)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        buf_fmt(out, "%s%s", i ? separator : "", command_info((CommandId)i)->name);
}

static void options_of(CommandId id, Buf *out)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *o = option_info((OptionId)i);

        if (o->command == id || o->command == COMMAND_all) buf_fmt(out, " %s", o->name);
    }
}

/* What a verb takes when that is no file: words, or a command of bash or fish whose output they are. */
static const struct {
    CommandId command;
    const char *bash, *fish;
} takes[] = {
    {COMMAND_completions, "bash zsh fish", "bash zsh fish"},
    {COMMAND_help, "", ""}, /* the verbs */
    {COMMAND_new, "$(odx new | cut -d \" \" -f 1)", "(odx new | string split -f 1 \" \")"},
};

/* Rows of a `case`: the verbs that take words. */
static void bash_words(Buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(takes); i++) {
        buf_fmt(out, "    %s) COMPREPLY=($(compgen -W \"%s", command_info(takes[i].command)->name,
                takes[i].bash);
        if (!takes[i].bash[0]) verbs(out, " ");
        buf_str(out, "\" -- \"$word\")) ;;\n");
    }
}

static void completions_bash(Buf *out)
{
    buf_str(out, "_odx() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
                 "  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W \"");
    verbs(out, " ");
    buf_str(out, "\" -- \"$word\"))\n    return\n  fi\n  case \"$word\" in\n  -*)\n"
                 "    case \"${COMP_WORDS[1]}\" in\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        buf_fmt(out, "    %s) COMPREPLY=($(compgen -W \"", command_info((CommandId)i)->name);
        options_of((CommandId)i, out);
        buf_str(out, "\" -- \"$word\")) ;;\n");
    }
    buf_str(out, "    esac ;;\n  *)\n    case \"${COMP_WORDS[1]}\" in\n");
    bash_words(out);
    buf_str(out, "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n    esac ;;\n  esac\n}\n"
                 "complete -o filenames -F _odx odx\n");
}

/* In quotes, and the line's end. */
static void fish_text(const char *text, Buf *out)
{
    buf_char(out, '\'');
    for (; *text; text++)
        buf_fmt(out, *text == '\'' ? "\\%c" : "%c", *text);
    buf_str(out, "'\n");
}

/* fish tells `--long`, `-s` and `-old` apart. */
static void fish_option(const OptionInfo *o, Buf *out)
{
    bool is_long = strncmp(o->name, "--", 2) == 0;
    const char *kind = is_long ? "-l" : strlen(o->name) == 2 ? "-s" : "-o";

    buf_fmt(out, "complete -c odx -n '__fish_seen_subcommand_from %s' %s %s%s -d ",
            command_info(o->command)->name, kind, o->name + (is_long ? 2 : 1),
            o->value[0] ? " -r" : "");
    fish_text(o->help, out);
}

static void fish_words(Buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(takes); i++) {
        buf_fmt(out, "complete -c odx -n '__fish_seen_subcommand_from %s' -f -a '%s",
                command_info(takes[i].command)->name, takes[i].fish);
        if (!takes[i].fish[0]) verbs(out, " ");
        buf_str(out, "'\n");
    }
}

static void completions_fish(Buf *out)
{
    buf_str(out, "complete -c odx -n __fish_use_subcommand -f\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const CommandInfo *c = command_info((CommandId)i);

        buf_fmt(out, "complete -c odx -n __fish_use_subcommand -f -a %s -d ", c->name);
        fish_text(c->summary, out);
    }
    fish_words(out);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (option_info((OptionId)i)->command != COMMAND_all)
            fish_option(option_info((OptionId)i), out);
}

bool help_completions(const char *shell, Buf *out)
{
    if (strcmp(shell, "fish") == 0) {
        completions_fish(out);
        return true;
    }
    if (strcmp(shell, "zsh") == 0)
        buf_str(out, "autoload -U +X bashcompinit && bashcompinit\n");
    else if (strcmp(shell, "bash") != 0)
        return false;
    completions_bash(out);
    return true;
}
