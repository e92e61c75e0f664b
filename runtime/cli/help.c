/* help.c — help pages and shell completions, made from commands.def. */
#include <string.h>

#include "runtime/cli/args.h"
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
    buf_str(out, "    esac ;;\n  *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\n"
                 "complete -o filenames -F _odx odx\n");
}

static void completions_fish(Buf *out)
{
    buf_str(out, "complete -c odx -n __fish_use_subcommand -f\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const CommandInfo *c = command_info((CommandId)i);

        buf_fmt(out, "complete -c odx -n __fish_use_subcommand -f -a %s -d '%s'\n", c->name,
                c->summary);
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const OptionInfo *o = option_info((OptionId)i);

        if (o->command == COMMAND_all || strncmp(o->name, "--", 2) != 0) continue;
        buf_fmt(out, "complete -c odx -n '__fish_seen_subcommand_from %s' -l %s -d '%s'\n",
                command_info(o->command)->name, o->name + 2, o->help);
    }
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
