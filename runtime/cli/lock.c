/* lock.c — see lock.h. */
#include "runtime/cli/lock.h"

#include <string.h>

#include "runtime/cli/project.h"
#include "runtime/core/file.h"
#include "vm/base/buf.h"
#include "vm/base/hash.h"
#include "vm/base/vec.h"

void lock_add(LockList *l, Span path, Span text, Arena *arena)
{
    uint8_t digest[SHA256_SIZE];
    LockItem item = {.path = arena_span(arena, path)};
    size_t at = 0;

    while (at < l->count && span_cmp(l->items[at].path, path) < 0)
        at++;
    if (at < l->count && span_is(l->items[at].path, path)) return;
    sha256(text, digest);
    sha256_hex(digest, item.hash);
    if (!vec_push(arena, l, item)) return;
    memmove(&l->items[at + 1], &l->items[at], (l->count - 1 - at) * sizeof *l->items);
    l->items[at] = item;
}

Status lock_write(const LockList *l, const char *beside, Arena *arena, Err *err)
{
    Project project;
    Status st = project_find(&project, beside, arena, err);
    Buf text, path;

    if (st != ST_OK) return st;
    buf_init(&text, arena, (size_t)1 << 20);
    buf_init(&path, arena, 8192);
    for (size_t i = 0; i < l->count; i++)
        buf_fmt(&text, "%s %S\n", l->items[i].hash, l->items[i].path);
    buf_fmt(&path, "%Sodx.lock", project.folder.ptr ? project.folder : project_beside(beside));
    return file_replace(buf_cstr(&path), buf_span(&text), err);
}
