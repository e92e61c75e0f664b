/* ask.c — see ask.h: one compilation, and what is asked of it. */
#include "compiler/lsp/ask_private.h"

Ask *ask_open(Span name, Span text, const CompileOptions *options, Arena *arena)
{
    Ask *a = arena_new(arena, Ask);

    *a = (Ask){.arena = arena, .name = name, .text = text};
    if (options) a->options = *options;
    if (options && options->levels) {
        a->levels = *options->levels;
        a->options.levels = &a->levels;
    }
    if (!options) a->options.until = STAGE_EMIT;
    a->c = compile(name, text, &a->options, arena);
    return a;
}

const Compilation *ask_compilation(const Ask *a)
{
    return &a->c;
}
