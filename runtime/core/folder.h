/* folder.h — which files lie below a folder.
 *
 * In: a folder and an ending.  Out: paths, each level in byte order of the names, so that a list is
 * the same on every machine.  Names that begin with a dot and links to folders are left out. */
#pragma once

#include "vm/base/arena.h"
#include "vm/base/err.h"

typedef struct FolderFiles {
    const char **paths; /* NUL-terminated, in the arena */
    size_t count;
} FolderFiles;

/* Files whose names end with `ending`, at most `max` (else ST_LIMIT), folders 32 deep. */
Status folder_find(Arena *arena, const char *folder, const char *ending, size_t max,
                   FolderFiles *ret_files, Err *err);

/* Makes a folder and those above it that are missing; one that is there is fine. */
Status folder_make(const char *folder, Err *err);
