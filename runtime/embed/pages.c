/* pages.c — the pages of findings as JSON, for those who show them without `odx explain`: odx-pages.json.
 *
 * Out: one object by code, with the title, level and chapter of diag.def and the parts of pages.def.
 * Runs while building; nothing of it is in the module. */
#include <stdio.h>

#include "compiler/diag/diag.h"
#include "vm/base/bug.h"
#include "vm/base/json.h"

typedef struct Page {
    DiagCode code;
    const char *parts[7];
} Page;

static const Page pages[] = {
#define PAGE(code, means, matters, avoid, prefer, ignore, fix, see) \
    {code, {means, matters, avoid, prefer, ignore, fix, see}},
#include "compiler/diag/pages.def"
#undef PAGE
};

static const char *const names[] = {"means", "matters", "avoid", "prefer", "ignore", "fix", "see"};
static const char *const fixables[] = {"no", "some", "safe", "suggested", "asks"};

static void put_page(JsonWriter *w, const Page *p)
{
    const DiagInfo *info = diag_info(p->code);
    const DiagAbout *about = diag_about(p->code);

    json_write_key(w, span_str(info->code));
    json_write_object(w);
    json_key_text(w, "title", span_str(about->title));
    json_key_text(w, "level", span_str(diag_level_name(info->level)));
    json_key_text(w, "chapter", span_str(diag_chapter_name(about->chapter)));
    json_key_text(w, "fixable", span_str(fixables[about->fixable]));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        json_key_text(w, names[i], span_str(p->parts[i]));
    json_write_object_end(w);
}

int main(int argc, char **argv)
{
    static char memory[1 << 20];
    JsonWriter w;
    FILE *out;
    Buf b;

    if (argc != 2) return 2;
    buf_init_fixed(&b, memory, sizeof memory);
    json_write_init(&w, &b, false);
    json_write_object(&w);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        put_page(&w, &pages[i]);
    json_write_object_end(&w);
    buf_char(&b, '\n');
    out = fopen(argv[1], "wb");
    if (!out || buf_is_full(&b)) return 1;
    if (fwrite(b.ptr, 1, b.len, out) != b.len) return 1;
    return fclose(out) != 0;
}
