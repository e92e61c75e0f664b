/* web_root.c — see web_root.h. */
#define _GNU_SOURCE /* readlink */
#include "runtime/daemon/web_root.h"

#include <limits.h>
#include <unistd.h>

#include "runtime/core/file.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

static const char *const places[] = {"../editor-web/dist", "../share/oddex/web"};

static const char *join(Arena *arena, Span folder, const char *place)
{
    Buf b;

    buf_init(&b, arena, PATH_MAX);
    buf_fmt(&b, "%S%s", folder, place);
    return buf_is_full(&b) ? NULL : buf_cstr(&b);
}

const char *web_root_find(Arena *arena)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program);
    Span folder = span_of(program, len > 0 ? (size_t)len : 0);

    while (folder.len && folder.ptr[folder.len - 1] != '/')
        folder.len--;
    for (size_t i = 0; folder.len && i < ARRAY_LEN(places); i++) {
        const char *path = join(arena, folder, places[i]);

        if (path && file_is_folder(path)) return path;
    }
    return NULL;
}
