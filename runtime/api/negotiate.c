/* negotiate.c — see negotiate.h. */
#include "runtime/api/negotiate.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(Span a, Span b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
    return true;
}

/* "0", "0." and up to three more zeros: not at all. */
static bool is_zero(Span q)
{
    if (!span_starts(q, SPAN("0"))) return false;
    for (size_t i = 1; i < q.len; i++)
        if (q.ptr[i] != '0' && (i != 1 || q.ptr[i] != '.')) return false;
    return true;
}

/* "gzip;q=0.5": the word, and whether its parameters leave it wanted. */
static bool is_wanted(Span item, Span *ret_word)
{
    Span part;
    bool yes = true;

    *ret_word = SPAN("");
    if (span_cut(&item, ';', &part)) *ret_word = span_trim(part);
    while (span_cut(&item, ';', &part)) {
        part = span_trim(part);
        if (span_starts(part, SPAN("q=")) || span_starts(part, SPAN("Q=")))
            yes = !is_zero(span_from(part, 2));
    }
    return yes;
}

bool negotiate_takes_gzip(Span accept_encoding)
{
    bool any = false;
    Span item, word;

    while (span_cut(&accept_encoding, ',', &item)) {
        bool yes = is_wanted(item, &word);

        if (same_word(word, SPAN("gzip")) || same_word(word, SPAN("x-gzip"))) return yes;
        if (span_is(word, SPAN("*"))) any = yes;
    }
    return any;
}

bool negotiate_has_tag(Span if_none_match, Span etag)
{
    Span item;

    if (span_is(span_trim(if_none_match), SPAN("*"))) return true;
    while (span_cut(&if_none_match, ',', &item)) {
        item = span_trim(item);
        if (span_starts(item, SPAN("W/"))) item = span_from(item, 2);
        if (span_is(item, etag)) return true;
    }
    return false;
}
