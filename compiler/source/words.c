/* words.c — the table of words: find one, spell one, guess the one that was meant.
 *
 * Made from tokens.def, which is sorted by spelling.  Promise: a guess is only given when one word is
 * clearly nearest. */
#include <string.h>

#include "compiler/source/grammar.h"
#include "compiler/source/parser.h"
#include "vm/base/bug.h"

#define TOK_FIRST 256

enum {
    IN_PLACE = 0,
    RESERVED = WORD_RESERVED,
    ITEM = WORD_ITEM,
    ACTION = WORD_ACTION,
    BLOCK = WORD_BLOCK,
    NAMES = WORD_NAMES,
};

static const struct {
    Span spelling;
    int token;
    unsigned flags;
    const char *hint;
} words[] = {
#define WORD(spelling, token, flags, hint) {SPAN_INIT(spelling), TOK_##token, flags, hint},
#define MARK(spelling, token)
#include "compiler/source/tokens.def"
#undef WORD
#undef MARK
};

static const struct {
    const char *spelling;
    int token;
} marks[] = {
#define WORD(spelling, token, flags, hint)
#define MARK(spelling, token) {spelling, TOK_##token},
#include "compiler/source/tokens.def"
#undef WORD
#undef MARK
};

/* By token, so that the scanner need not search. */
static const uint8_t flags_of[] = {
#define WORD(spelling, token, flags, hint) [TOK_##token - TOK_FIRST] = flags,
#define MARK(spelling, token)
#include "compiler/source/tokens.def"
#undef WORD
#undef MARK
};

unsigned words_flags(int token)
{
    size_t i = (size_t)(token - TOK_FIRST);

    return token >= TOK_FIRST && i < sizeof flags_of ? flags_of[i] : 0;
}

size_t word_count(void)
{
    return ARRAY_LEN(words);
}

const char *word_at(size_t i, bool *ret_is_reserved, const char **ret_hint)
{
    *ret_is_reserved = (words[i].flags & RESERVED) != 0;
    if (ret_hint) *ret_hint = words[i].hint;
    return words[i].spelling.ptr;
}

int words_find(Span word, bool *ret_is_reserved)
{
    size_t low = 0, high = ARRAY_LEN(words);

    *ret_is_reserved = false;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = span_cmp(word, words[mid].spelling);

        if (order == 0) {
            *ret_is_reserved = (words[mid].flags & RESERVED) != 0;
            return words[mid].token;
        }
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return 0;
}

bool word_is_reserved(Span word)
{
    bool is_reserved;

    (void)words_find(word, &is_reserved);
    return is_reserved;
}

const char *words_spelling(int token)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (words[i].token == token) return words[i].spelling.ptr;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (marks[i].token == token) return marks[i].spelling;
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete or replace; two swapped neighbours count as one. Both are short. */
static size_t edit_distance(Span a, Span b)
{
    size_t rows[3][PARSE_MAX_NAME + 1];

    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool is_same = a.ptr[i - 1] == b.ptr[j - 1];

            row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + !is_same);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

const char *words_nearest(Span word, unsigned wanted)
{
    size_t best = word.len < 4 ? 1 : 2, found = 0;
    const char *nearest = NULL;

    if (word.len < 2 || word.len > PARSE_MAX_NAME) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t d;

        if (!(words[i].flags & wanted)) continue;
        d = edit_distance(word, words[i].spelling);
        if (d > best || (d == best && nearest && d > 0)) {
            found += d == best;
            continue;
        }
        best = d;
        found = 1;
        nearest = words[i].spelling.ptr;
    }
    return found == 1 ? nearest : NULL;
}

static unsigned flags_of_word(Span word)
{
    bool is_reserved;

    return words_flags(words_find(word, &is_reserved));
}

bool word_starts_item(Span word)
{
    return (flags_of_word(word) & WORD_ITEM) != 0;
}

bool word_starts_only_items(Span word)
{
    return (flags_of_word(word) & (WORD_ITEM | WORD_ACTION)) == WORD_ITEM;
}
