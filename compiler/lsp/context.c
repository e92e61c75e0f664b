/* context.c — where in a half-written text the cursor stands: open blocks, statement, words before.
 *
 * Works on words alone, because the tree of a text that is being typed lacks exactly the part that
 * matters.  Promise: any text and any offset give a context. */
#include "compiler/lsp/complete_private.h"

#include "compiler/source/parse.h"

static Span text_at(const Context *c, size_t i)
{
    return i < c->count ? word_text(c->ask, c->words[i]) : (Span){NULL, 0};
}

static bool is_word(const Context *c, size_t i, const char *word)
{
    return i < c->count && span_eq_str(text_at(c, i), word);
}

static bool is_one_of(Span word, const char *const *list)
{
    for (; *list; list++)
        if (span_eq_str(word, *list)) return true;
    return false;
}

/* ---- frames ----------------------------------------------------------------------------------- */

static FrameKind frame_of(const Context *c, size_t head)
{
    static const char *const rules[] = {"when", "while", "on", "together", "repeat", NULL};

    if (head == NO_WORD) return FRAME_RULE;
    if (is_one_of(text_at(c, head), rules)) return FRAME_RULE;
    if (is_word(c, head, "risk")) return FRAME_RISK;
    if (is_word(c, head, "test")) return FRAME_TEST;
    if (is_word(c, head, "quote")) return FRAME_QUOTE;
    return is_word(c, head, "layout") ? FRAME_LAYOUT : FRAME_RULE;
}

static void push(Context *c, FrameKind kind, size_t open)
{
    if (c->depth + 1 >= MAX_FRAMES) return;
    c->frames[++c->depth] = (Frame){.kind = kind, .open = open, .head = NO_WORD};
}

/* A closing mark; an outer one closes what was left open inside. */
static void pop(Context *c, bool is_brace)
{
    uint32_t d = c->depth;

    while (d > 0 && (c->frames[d].kind == FRAME_ROUND) == is_brace) {
        if (!is_brace) return;
        d--;
    }
    if (d > 0) c->depth = d - 1;
}

static bool starts_limit(const Context *c, size_t i)
{
    static const char *const starts[] = {"stop", "take", "trailing", "time", "max",
                                         "no",   "exit", "cooldown", "hold", NULL};

    if (!is_one_of(text_at(c, i), starts) || is_word(c, i + 1, "(") || is_word(c, i + 1, "."))
        return false;
    return !is_word(c, i - 1, "trailing") && !is_word(c, i - 1, "time") &&
           !is_word(c, i - 1, "after");
}

static bool starts_action(const Context *c, size_t i)
{
    static const char *const starts[] = {"buy",      "sell",   "close",   "cancel", "split",
                                         "merge",    "set",    "require", "alert",  "let",
                                         "together", "repeat", "quote",   NULL};

    return is_one_of(text_at(c, i), starts) && !is_word(c, i - 1, "is") &&
           !is_word(c, i - 1, "not") && !is_word(c, i - 1, "slot");
}

static bool starts_row(const Context *c, size_t i)
{
    static const char *const starts[] = {"given", "after", "expect", NULL};

    return is_one_of(text_at(c, i), starts);
}

static bool starts_side(const Context *c, size_t i)
{
    static const char *const starts[] = {"bid", "ask", "refresh", NULL};

    return is_one_of(text_at(c, i), starts) && !is_word(c, i - 1, ".");
}

static bool starts_item(const Context *c, size_t i)
{
    return word_starts_item(text_at(c, i));
}

static bool starts(const Context *c, size_t i)
{
    if (c->words[i].kind != LEX_WORD || (i > 0 && is_word(c, i - 1, "."))) return false;
    switch (c->frames[c->depth].kind) {
    case FRAME_FILE:
        return starts_item(c, i);
    case FRAME_RULE:
        return starts_action(c, i);
    case FRAME_RISK:
        return starts_limit(c, i);
    case FRAME_TEST:
        return starts_row(c, i);
    case FRAME_QUOTE:
        return starts_side(c, i);
    case FRAME_LAYOUT:
    case FRAME_ROUND:
        break;
    }
    return false;
}

/* An item at the start of a line: whatever was left open above, a new item begins here. */
static bool is_new_item(const Context *c, size_t i)
{
    uint32_t begin = c->words[i].begin;

    if (begin > 0 && c->ask->text.ptr[begin - 1] != '\n') return false;
    return c->words[i].kind == LEX_WORD && word_starts_only_items(text_at(c, i));
}

static void take(Context *c, size_t i)
{
    if (is_new_item(c, i)) {
        c->depth = 0;
        c->frames[0].head = i;
        return;
    }
    switch (c->words[i].kind == LEX_MARK ? c->ask->text.ptr[c->words[i].begin] : 0) {
    case '{':
        push(c, frame_of(c, context_block(c)->head), i);
        return;
    case '(':
    case '[':
        push(c, FRAME_ROUND, i);
        return;
    case '}':
        pop(c, true);
        if (c->frames[c->depth].kind != FRAME_ROUND) c->frames[c->depth].head = NO_WORD;
        return;
    case ')':
    case ']':
        pop(c, false);
        return;
    case ',':
        c->frames[c->depth].arg++;
        return;
    default:
        if (starts(c, i)) c->frames[c->depth].head = i;
    }
}

/* ---- doors ------------------------------------------------------------------------------------ */

const Frame *context_block(const Context *c)
{
    uint32_t d = c->depth;

    while (d > 0 && c->frames[d].kind == FRAME_ROUND)
        d--;
    return &c->frames[d];
}

Span context_word(const Context *c, size_t back)
{
    return back < c->count ? text_at(c, c->count - 1 - back) : (Span){"", 0};
}

Span context_head(const Context *c)
{
    size_t head = context_block(c)->head;

    return head == NO_WORD ? (Span){"", 0} : text_at(c, head);
}

size_t context_item(const Context *c)
{
    return c->frames[0].head;
}

bool context_ends_value(const Context *c, size_t at)
{
    static const char *const ends[] = {"true", "false", "slots", "buy", "sell", ")", "]", NULL};
    Span word = text_at(c, at);

    if (at >= c->count) return false;
    if (c->words[at].kind == LEX_NUMBER || c->words[at].kind == LEX_STRING) return true;
    if (is_one_of(word, ends)) return true;
    if (at > 0 && span_eq_str(word, "market") && is_word(c, at - 1, "at")) return true;
    if (c->words[at].kind != LEX_WORD) return false;
    if (at > 0 && is_word(c, at - 1, ".")) return true;
    return !word_is_reserved(word);
}

bool context_has_value(const Context *c)
{
    return c->count && context_ends_value(c, c->count - 1);
}

/* Is the offset inside a comment, or a text in quotes? */
static bool is_covered(Ask *a, uint32_t offset)
{
    Span text = arena_span(a->arena, a->text);
    Lexer lx = {text.ptr ? text.ptr : "", (uint32_t)text.len, 0};

    for (Lexeme l = lexer_next(&lx); l.kind != LEX_END && l.begin < offset; l = lexer_next(&lx)) {
        if (l.kind == LEX_COMMENT && offset <= l.end) return true;
        if ((l.kind == LEX_STRING && offset < l.end) ||
            (l.kind == LEX_OPEN_STRING && offset <= l.end))
            return true;
    }
    return false;
}

void context_find(Context *c, Ask *a, uint32_t offset)
{
    size_t count;

    *c = (Context){.ask = a, .typed = place_at(0, offset, offset)};
    c->frames[0].head = NO_WORD;
    c->words = ask_words(a, &count);
    c->is_off = is_covered(a, offset);
    while (c->count < count && c->words[c->count].end < offset)
        c->count++;
    if (c->count < count && c->words[c->count].begin < offset) {
        Lexeme l = c->words[c->count];

        if (l.kind == LEX_WORD)
            c->typed = place_at(0, l.begin, l.end);
        else
            c->count++;
    }
    for (size_t i = 0; i < c->count; i++)
        take(c, i);
}
