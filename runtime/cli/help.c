/* help.c — shell completions, made from commands.def. */
#include <string.h>

#include "runtime/cli/args.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

static void verbs(Buf *out, const char *separator)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        buf_fmt(out, "%s%s", i ? separator : "", command_info((CommandId)i)->name);
}

static void options_of(CommandId id, Buf *out)
{
    for (unsigned i = 0; i < OPTION_COUNT; i++) {
        if (args_belongs(&cli_table, i, id)) buf_fmt(out, " %s", option_info((OptionId)i)->name);
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
static void fish_option(const ArgOption *o, Buf *out)
{
    bool is_long = strncmp(o->name, "--", 2) == 0;
    const char *kind = is_long ? "-l" : strlen(o->name) == 2 ? "-s" : "-o";

    buf_fmt(out, "complete -c odx -n '__fish_seen_subcommand_from %s' %s %s%s -d ",
            command_info((CommandId)o->command)->name, kind, o->name + (is_long ? 2 : 1),
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
        const ArgVerb *c = command_info((CommandId)i);

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
