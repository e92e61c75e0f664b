/* says.c — values in words: unit, sharing, readiness, what can come out. */
#include "compiler/lsp/ask_private.h"

#include "compiler/diag/diag.h"
#include "compiler/prove/prover.h"
#include "compiler/types/types.h"
#include "vm/base/fmt.h"

Span say_type(const Ask *a, Type t)
{
    return type_text(a->arena, t);
}

void say_number(const Ask *a, Type t, double x, Buf *out)
{
    DiagArg arg = arg_of_type(t, x);

    buf_span_put(out, diag_arg_text(a->arena, a->c.sources, &arg));
}

void say_value(Ask *a, const Expr *e, Buf *out)
{
    Span settled;

    buf_span_put(out, say_type(a, e->type));
    if (e->rate == RATE_CONST) {
        buf_str(out, " · constant");
        return;
    }
    if (e->rate == RATE_PARAM) {
        buf_str(out, " · fixed during a run");
        return;
    }
    buf_fmt(out, " · %s · ready %S", e->wallet ? "per wallet" : "shared",
            ready_text(a->arena, e->ready));
    settled = ready_text(a->arena, e->settled);
    if ((e->settled.us != e->ready.us || e->settled.ticks != e->ready.ticks) &&
        (e->settled.us || e->settled.ticks))
        buf_fmt(out, ", settled %S", settled);
}

static bool is_open_end(double x)
{
    return x > 1e300 || x < -1e300;
}

static void put_known(const Range *r, Buf *out)
{
    static const char *const words[] = {[KNOWN_YES] = "always known",
                                        [KNOWN_MAYBE] = "may be unknown",
                                        [KNOWN_NO] = "never known here"};

    if (r->known < sizeof words / sizeof words[0]) buf_str(out, words[r->known]);
}

bool say_range(Ask *a, const Expr *e, Buf *out)
{
    const Range *r = ask_range(a, e);
    bool has_low, has_high;

    if (!r) return false;
    has_low = e->type.shape == SHAPE_NUM && !is_open_end(r->in.lo);
    has_high = e->type.shape == SHAPE_NUM && !is_open_end(r->in.hi);
    if (has_low && has_high && r->in.lo == r->in.hi) {
        buf_str(out, "always ");
        say_number(a, e->type, r->in.lo, out);
    } else if (has_low && has_high) {
        say_number(a, e->type, r->in.lo, out);
        buf_str(out, " to ");
        say_number(a, e->type, r->in.hi, out);
    } else if (has_low || has_high) {
        buf_str(out, has_low ? (r->in.lo_open ? "above " : "at least ")
                             : (r->in.hi_open ? "below " : "at most "));
        say_number(a, e->type, has_low ? r->in.lo : r->in.hi, out);
    }
    if (has_low || has_high) buf_str(out, " · ");
    put_known(r, out);
    return true;
}
