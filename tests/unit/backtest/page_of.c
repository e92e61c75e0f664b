/* page_of.c — the page of a result made by hand: `page_of NAME` writes it, `page_of` the names. */
#include <stdio.h>

#include "tests/harness/memory.h"
#include "tests/unit/backtest/made_result.h"

enum { PAGE_LIMIT = 16 << 20, ARENA_LIMIT = 256 << 20 };

int main(int argc, char **argv)
{
    Arena *arena = test_arena(ARENA_LIMIT);
    MadeResult *made;
    Buf page;

    for (size_t i = 0; argc < 2 && made_names[i]; i++)
        puts(made_names[i]);
    if (argc < 2) return 0;
    made = made_result(argv[1], arena);
    if (!made) return 1;
    buf_init(&page, arena, PAGE_LIMIT);
    if (!report_html(&page, &made->result, &made->facts, arena) || buf_is_full(&page)) return 1;
    return fwrite(page.ptr, 1, page.len, stdout) != page.len;
}
