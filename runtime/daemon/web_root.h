/* web_root.h — where the application is that came with this program.
 *
 * In: where the program itself lies.  Out: a folder that is there, or NULL. */
#pragma once

#include "vm/base/arena.h"

/* Beside the build folder, else where an installation puts it. */
const char *web_root_find(Arena *arena);
