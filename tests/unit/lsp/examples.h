/* examples.h — the strategies of examples/, for tests that try something on each of them. */
#pragma once

#include "compiler/compiler.h"

/* Index 0 and up; NULL behind the last. */
const char *example_name(size_t i);
/* Its text, on the arena. */
Span example_text(const char *name, Arena *arena);
/* Options whose `load` finds the examples' own modules; `arena` holds what it reads. */
CompileOptions example_options(Arena *arena);
