/* report_html.c — the page around its parts (report_html.h): head, verdict, sections, its own style and script. */
#include "runtime/backtest/report_page.h"
#include "vm/base/num.h"
#include "vm/intents.h"

const char *page_word(Word id)
{
    static const char *const words[WORDS] = {
#define WORD(id, text) text,
#include "runtime/backtest/report_words.def"
#undef WORD
    };

    return words[id];
}

bool page_has_slots(const Page *p)
{
    return p->r->slots.count > 0;
}

bool page_uses(const ResultSlot *s)
{
    return s->orders || s->trades || s->pnl_micros;
}

bool page_is_binary(const Page *p, uint8_t market)
{
    return market < p->r->market_count && (p->r->markets[market].kind == MARKET_SLOT ||
                                           p->r->markets[market].kind == MARKET_BINARY);
}

bool page_is_all_binary(const Page *p)
{
    for (uint32_t i = 0; i < p->r->market_count; i++)
        if (!page_is_binary(p, (uint8_t)i)) return false;
    return true;
}

ReportCurve report_curve(const Result *r, Arena *arena)
{
    ResultPoint *copy = arena_array(arena, ResultPoint, r->curve.count + 1);

    if (arena_is_full(arena)) return (ReportCurve){NULL, 0};
    if (r->curve.count) memcpy(copy, r->curve.items, r->curve.count * sizeof *copy);
    return (ReportCurve){copy, r->curve.count};
}

/* ---- tables -------------------------------------------------------------------------------------- */

/* Words stand left, figures right. */
static bool is_of_words(Word head)
{
    return head == WORD_TH_SIDE || head == WORD_TH_MARKET || head == WORD_TH_EXIT ||
           head == WORD_TH_WINNER || head == WORD_TH_STRATEGY || head == WORD_TH_WALLET ||
           head == WORD_TH_VERDICT;
}

void page_table(Page *p, const char *id, Word caption, const Word *heads, size_t count)
{
    buf_fmt(p->out,
            "<div class=\"box\" role=\"region\" aria-label=\"%s\" tabindex=\"0\">"
            "<table id=\"%s\"><caption>%s</caption>\n<thead><tr>",
            page_word(caption), id, page_word(caption));
    for (size_t i = 0; i < count; i++)
        buf_fmt(p->out, "<th scope=\"col\"%s>%s</th>", is_of_words(heads[i]) ? " class=\"l\"" : "",
                page_word(heads[i]));
    buf_str(p->out, "</tr></thead>\n<tbody>\n");
}

void page_table_end(Page *p)
{
    buf_str(p->out, "</tbody></table></div>\n");
}

/* ---- head ---------------------------------------------------------------------------------------- */

static const char *const style_lines[] = {
#define LINE(text) text "\n",
#include "runtime/backtest/report_style.def"
#undef LINE
};
static const char *const script_lines[] = {
#define LINE(text) text "\n",
#include "runtime/backtest/report_script.def"
#undef LINE
};

enum {
    STYLE_LINES = sizeof style_lines / sizeof style_lines[0],
    SCRIPT_LINES = sizeof script_lines / sizeof script_lines[0],
};

static void put_base64(Buf *out, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < count; i += 3) {
        uint32_t three = 0;

        for (size_t k = 0; k < 3; k++)
            three = three << 8 | (i + k < count ? bytes[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_char(out, i + k <= count ? digits[three >> (18 - 6 * k) & 63] : '=');
    }
}

/* What the page's policy knows its own lines by. */
static void put_source_hash(Buf *out, const char *const *lines, size_t count)
{
    Sha256 h;
    uint8_t digest[SHA256_SIZE];

    sha256_init(&h);
    for (size_t i = 0; i < count; i++)
        sha256_update(&h, lines[i], strlen(lines[i]));
    sha256_final(&h, digest);
    buf_str(out, "'sha256-");
    put_base64(out, digest, sizeof digest);
    buf_char(out, '\'');
}

static void put_lines(Buf *out, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_str(out, lines[i]);
}

static void put_head(Page *p)
{
    buf_str(p->out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src ");
    put_source_hash(p->out, style_lines, STYLE_LINES);
    buf_str(p->out, "; script-src ");
    put_source_hash(p->out, script_lines, SCRIPT_LINES);
    buf_str(p->out, "\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    page_say(p, WORD_PAGE_TITLE, figure_text(p->facts->title));
    buf_str(p->out, "</title>\n<style>");
    put_lines(p->out, style_lines, STYLE_LINES);
    buf_str(p->out, "</style>\n</head>\n");
}

/* ---- verdict ------------------------------------------------------------------------------------- */

static const struct {
    const char *tone, *tag;
} tones[VERDICTS] = {
#define TONE(id, tone, tag) [VERDICT_##id] = {tone, tag},
#include "runtime/backtest/report_tones.def"
#undef TONE
};

static void put_period(Page *p)
{
    const ResultTotals *t = &p->r->totals;
    Figure from = figure_whole(FIGURE_INSTANT, t->start_us);
    Figure to = figure_whole(FIGURE_INSTANT, t->end_us);
    Figure ticks = figure_whole(FIGURE_COUNT, (int64_t)t->ticks);

    if (!t->ticks)
        page_line(p, "period", WORD_NO_EVENTS, NO_FIGURE);
    else
        page_line(p, "period", page_has_slots(p) ? WORD_PERIOD : WORD_PERIOD_HOURLY, from, to,
                  ticks, figure_whole(FIGURE_COUNT, (int64_t)t->slots));
}

static void put_made(Page *p)
{
    const ResultTotals *t = &p->r->totals;
    const ResultBandRow *strict = &p->r->band[MODEL_PESSIMISTIC];
    double luck = p->r->judgement.mean_band.chance;
    bool is_loss = t->pnl_micros < 0;

    buf_str(p->out, "<p>");
    if (t->trades)
        page_say(p, is_loss ? WORD_LOST : WORD_MADE,
                 figure_whole(is_loss ? FIGURE_MONEY : FIGURE_GAIN,
                              is_loss ? -t->pnl_micros : t->pnl_micros),
                 figure_whole(FIGURE_MONEY, t->start_cash_micros),
                 figure_whole(FIGURE_COUNT, (int64_t)t->trades),
                 figure_whole(FIGURE_MONEY, t->fees_micros));
    else
        page_say(p, WORD_MADE_NOTHING, figure_whole(FIGURE_COUNT, (int64_t)t->orders));
    if (t->open_trades)
        page_say(p, WORD_MADE_OPEN, figure_whole(FIGURE_COUNT, (int64_t)t->open_trades));
    if (t->trades && strict->is_run)
        page_say(p, WORD_MADE_STRICT, figure_whole(FIGURE_GAIN, strict->pnl_micros));
    if (t->trades && num_is_known(luck) && t->pnl_micros > 0)
        page_say(p, WORD_MADE_LUCK, figure_real(FIGURE_PERCENT, luck));
    buf_str(p->out, "</p>\n");
}

static void put_notes(Page *p)
{
    Span rest = p->facts->notes, line;

    while (span_cut(&rest, '\n', &line)) {
        buf_str(p->out, "<p class=\"note\">");
        html_text(p->out, line);
        buf_str(p->out, "</p>\n");
    }
}

static void put_opening(Page *p)
{
    VerdictId verdict = p->r->judgement.verdict;

    buf_fmt(p->out,
            "<body>\n<a class=\"skip\" href=\"#results\">%s</a>\n<header><p "
            "class=\"kicker\">%s</p>\n<h1>",
            page_word(WORD_SKIP), page_word(WORD_KICKER));
    html_text(p->out, p->facts->title);
    buf_str(p->out, "</h1>\n");
    put_period(p);
    buf_fmt(p->out,
            "</header>\n<main id=\"results\" tabindex=\"-1\">\n"
            "<section class=\"verdict %s\" aria-label=\"%s\">\n<p class=\"tag\">%s</p>\n"
            "<p class=\"sentence\">%s</p>\n",
            tones[verdict].tone, page_word(WORD_VERDICT), tones[verdict].tag,
            verdict_sentence(verdict));
    put_made(p);
    put_notes(p);
    buf_str(p->out, "</section>\n");
    page_tiles(p);
}

/* ---- sections ------------------------------------------------------------------------------------ */

enum { PARTS_MAX = 4 };

typedef struct Section {
    const char *anchor, *heading, *question;
    void (*parts[PARTS_MAX])(Page *p);
} Section;

static const Section sections[] = {
#define SECTION(anchor, heading, question, ...) {anchor, heading, question, {__VA_ARGS__}},
#include "runtime/backtest/report_sections.def"
#undef SECTION
};

static void put_section(Page *p, const Section *s)
{
    buf_fmt(p->out,
            "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n"
            "<p class=\"question\">%s</p>\n",
            s->anchor, s->anchor, s->anchor, s->heading, s->question);
    for (size_t i = 0; i < PARTS_MAX && s->parts[i]; i++)
        s->parts[i](p);
    buf_str(p->out, "</section>\n");
}

bool report_html(Buf *out, const Result *r, const ReportFacts *facts, Arena *scratch)
{
    Page p = {out, r, facts, scratch};

    put_head(&p);
    put_opening(&p);
    page_several(&p);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        put_section(&p, &sections[i]);
    buf_str(out, "</main>\n<script>");
    put_lines(out, script_lines, SCRIPT_LINES);
    buf_str(out, "</script>\n</body>\n</html>\n");
    return !arena_is_full(scratch);
}
