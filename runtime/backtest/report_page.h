/* report_page.h — what the parts of the report share (report_html.h): the page in the making and its words. */
#pragma once

#include "runtime/backtest/html.h"
#include "runtime/backtest/report_html.h"

typedef enum Word {
#define WORD(id, text) WORD_##id,
#include "runtime/backtest/report_words.def"
#undef WORD
    WORDS
} Word;

enum { PAGE_ROWS = 500 }; /* of a long table */

typedef struct Page {
    Buf *out;
    const Result *r;
    const ReportFacts *facts;
    Arena *scratch;
} Page;

const char *page_word(Word id);
/* The word with figures where it says {}. */
#define page_say(p, id, ...) \
    html_say((p)->out, page_word(id), (Figure[]){__VA_ARGS__, {.kind = FIGURE_NONE}})
/* The same between <p class=css> and </p>. */
#define page_line(p, css, id, ...)                  \
    do {                                            \
        buf_fmt((p)->out, "<p class=\"%s\">", css); \
        page_say(p, id, __VA_ARGS__);               \
        buf_str((p)->out, "</p>\n");                \
    } while (0)
#define NO_FIGURE ((Figure){.kind = FIGURE_NONE})

bool page_has_slots(const Page *p);
/* Shown. An order from before its market's first slot leaves trades and profit in one without orders. */
bool page_uses(const ResultSlot *s);
/* Prices of its shares are between 0 and a dollar. */
bool page_is_binary(const Page *p, uint8_t market);
bool page_is_all_binary(const Page *p);

/* A table in a box of its own that scrolls; its head stands, the body is open. */
void page_table(Page *p, const char *id, Word caption, const Word *heads, size_t count);
void page_table_end(Page *p);
/* A figure, or text from outside, in a row of it. */
void page_cell(Page *p, Figure f);
void page_text(Page *p, Span text);

/* report_charts.c */
void page_equity(Page *p);
void page_slots(Page *p);
void page_histogram(Page *p);
void page_prices(Page *p);
void page_calibration(Page *p);
void page_tenths(Page *p);
void page_entries(Page *p);

/* report_facts.c */
void page_tiles(Page *p);
void page_money(Page *p);
void page_orders(Page *p);
void page_statistics(Page *p);
void page_models(Page *p);
void page_receipt(Page *p);
void page_origin(Page *p);

/* report_several.c: strategies and wallets, when there are several */
void page_several(Page *p);

/* report_rows.c */
void page_trades(Page *p);
void page_slot_rows(Page *p);
