/* report_html.h — a result as one HTML file: whether to believe it, then why.
 *
 * In: a judged Result, and what it does not know of itself.  Out: a page without any reference to the outside, whole
 * without its script, light and dark, for screens, phones and paper.  Promise: same input, same bytes; what comes
 * from outside is escaped, and the page's own policy lets nothing run but its own script. */
#pragma once

#include "runtime/backtest/result.h"
#include "vm/base/buf.h"

typedef struct ReportCurve {
    const ResultPoint *points;
    size_t count;
} ReportCurve;

typedef struct ReportFacts {
    Span title;   /* of the strategy */
    Span source;  /* its text */
    Span command; /* what makes the same result again */
    Span notes;   /* what to know beside the verdict, a line each */
    ReportCurve curves
        [MODELS]; /* by the other models; none: the band is left out of the drawing, not of the table */
} ReportFacts;

/* A copy of a result's curve that outlives it; empty when memory ends. */
ReportCurve report_curve(const Result *r, Arena *arena);
/* False when scratch memory ends; a full `out` says so itself. */
bool report_html(Buf *out, const Result *r, const ReportFacts *facts, Arena *scratch);
