/* examples.c — see examples.h. */
#include "tests/unit/lsp/examples.h"

#include <stdio.h>

#include "vm/base/buf.h"
#include "vm/base/bug.h"

static const char *const names[] = {
    "daily_saver", "equilibrage",  "fade",          "full_set",   "funding_carry",
    "grid",        "heavy_side",   "late_leader",   "late_mover", "lead_and_lag",
    "long_shot",   "mirror_hedge", "rebound",       "scanner",    "shadow",
    "slot_trend",  "snap_back",    "spread_keeper", "trend",      "two_sided_maker",
    "two_venues"};

const char *example_name(size_t i)
{
    return i < ARRAY_LEN(names) ? names[i] : NULL;
}

static Span read_file(const char *path, Arena *arena)
{
    FILE *f = fopen(path, "rb");
    Buf b;
    int ch;

    buf_init(&b, arena, 1 << 20);
    while (f && (ch = fgetc(f)) != EOF)
        buf_char(&b, (char)ch);
    if (f) fclose(f);
    return arena_span(arena, buf_span(&b));
}

Span example_text(const char *name, Arena *arena)
{
    char path[256];

    snprintf(path, sizeof path, "examples/%s.odx", name);
    return read_file(path, arena);
}

static ModuleText load(void *ctx, Span path, Span from)
{
    char file[256];

    (void)from;
    snprintf(file, sizeof file, "examples/%.*s", (int)path.len, path.ptr);
    return (ModuleText){true, path, read_file(file, ctx)};
}

CompileOptions example_options(Arena *arena)
{
    return (CompileOptions){.until = STAGE_EMIT, .load = load, .ctx = arena};
}
