/* expect.c — see expect.h. */
#include "runtime/proof/expect.h"

#include "runtime/proof/effect_json.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/vm.h"

static const ProbeValue *probe(const ExpectCheck *x, const Expr *e)
{
    const Program *p = x->c->program;

    for (uint32_t i = 0; e && i < p->probes_count; i++)
        if (p->probes[i] == e) return &x->probes[i];
    return NULL;
}

/* The written amount in micros; false when it is not mentioned or unknown. */
static bool probe_micros(const ExpectCheck *x, const Expr *e, int64_t *ret)
{
    const ProbeValue *v = probe(x, e);

    return v && fx_from_double(v->num, ret);
}

static void put_price(Buf *out, int64_t micros)
{
    if (micros > 0 && micros < FX_ONE) {
        fx_put_short(out, micros * 100, FX_PLACES);
        buf_char(out, 'c');
    } else {
        buf_char(out, '$');
        fx_put_short(out, micros, FX_PLACES);
    }
}

static void put_size(const Effect *e, Buf *out)
{
    if (e->size_unit == SIZE_USD) buf_char(out, '$');
    fx_put_short(out, e->size_unit == SIZE_USD ? e->written_micros : e->size_micros, FX_PLACES);
    if (e->size_unit == SIZE_COINS)
        buf_str(out, " coins");
    else if (e->size_unit != SIZE_USD)
        buf_str(out, " shares");
}

void effect_sentence(const Program *p, const Engine *engine, const Effect *e, Buf *out)
{
    char mem[257];
    Span token;
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    token = effect_token(p, engine, e->token, &b);
    if (e->is_close) {
        buf_fmt(out, "close %S", token);
    } else {
        buf_str(out, e->is_sell ? "sell " : "buy ");
        put_size(e, out);
        buf_fmt(out, " of %S at ", token);
        if (e->is_market)
            buf_str(out, "market");
        else
            put_price(out, e->price_micros);
        if (e->modifiers & MOD_POST_ONLY) buf_str(out, " post only");
        if (e->modifiers & MOD_ALL_OR_NOTHING) buf_str(out, " all or nothing");
        if (e->modifiers & MOD_NOW_OR_NEVER) buf_str(out, " now or never");
        if (e->has_good_for) buf_fmt(out, " good for %fs", (double)e->good_for_us / 1e6);
    }
    if (e->because != BECAUSE_RULE && e->because != BECAUSE_QUOTE)
        buf_fmt(out, " because %s", because_name(e->because));
}

/* ---- one order against one expectation ---------------------------------------------------------- */

static bool size_fits(const ExpectCheck *x, const Action *want, const Effect *e)
{
    int64_t micros;

    if (want->size_unit == SIZE_ALL) return e->size_unit == SIZE_ALL;
    if (!want->size) return true;
    if (!probe_micros(x, want->size, &micros)) return false;
    if (want->size_unit == SIZE_PART) return e->size_unit == SIZE_PART;
    if (want->size_unit == SIZE_USD)
        return e->size_unit == SIZE_USD && e->written_micros == micros / 10000 * 10000;
    return e->size_unit != SIZE_USD && (e->written_micros == micros || e->size_micros == micros);
}

static bool price_fits(const ExpectCheck *x, const Expect *want, const Effect *e)
{
    int64_t micros;

    if (!want->has_price) return true;
    if (want->order.at_market) return e->is_market;
    if (e->is_market || !probe_micros(x, want->order.price, &micros)) return false;
    return e->price_micros == micros;
}

static bool modifiers_fit(const ExpectCheck *x, const Action *want, const Effect *e)
{
    int64_t micros;
    uint8_t written = want->modifiers & (MOD_POST_ONLY | MOD_ALL_OR_NOTHING | MOD_NOW_OR_NEVER);

    if ((e->modifiers & written) != written) return false;
    if (!want->good_for) return true;
    return e->has_good_for && probe_micros(x, want->good_for, &micros) && e->good_for_us == micros;
}

static bool because_fits(Span want, const Effect *e)
{
    return !want.len || span_eq_str(want, because_name(e->because));
}

static bool order_fits(const ExpectCheck *x, const Expect *want, const Effect *e)
{
    const Action *a = &want->order;

    if (e->kind != EFFECT_ORDER || !because_fits(want->because, e)) return false;
    if (a->token >= 0 && a->token != e->token) return false;
    if (want->kind == EXPECT_CLOSE) return e->is_close;
    if (e->is_close || e->is_sell != (a->kind == ACT_SELL)) return false;
    return size_fits(x, a, e) && price_fits(x, want, e) && modifiers_fit(x, a, e);
}

static bool skip_fits(const Expect *want, const Effect *e)
{
    return e->kind == EFFECT_SKIP && e->reason == want->reason;
}

/* ---- findings ------------------------------------------------------------------------------------ */

static Span sentence(const ExpectCheck *x, const Effect *e)
{
    Buf b;

    buf_init(&b, x->arena, 4096);
    effect_sentence(x->c->program, x->engine, e, &b);
    return buf_span(&b);
}

static Span reason_text(const ExpectCheck *x, const Effect *e)
{
    const Program *p = x->c->program;
    uint32_t own = (uint32_t)e->reason - REASON_OWN;

    if (e->reason >= REASON_OWN && own < p->reasons_count) return p->reasons[own];
    return span_str(reason_name(e->reason));
}

/* What happened instead, as facts under the finding. */
static void add_happened(const ExpectCheck *x, Diag *d, const RowEffects *effects)
{
    bool has_any = false;

    for (size_t i = 0; i < effects->count; i++) {
        const Effect *e = &effects->items[i];

        if (e->kind == EFFECT_ORDER) diag_fact(d, T_TEST_ORDER_WAS, arg_text(sentence(x, e)));
        if (e->kind == EFFECT_SKIP)
            diag_fact(d, e->is_unknown ? T_TEST_SKIP_WAS_UNKNOWN : T_TEST_SKIP_WAS,
                      arg_text(reason_text(x, e)));
        has_any |= e->kind == EFFECT_ORDER || e->kind == EFFECT_SKIP;
    }
    if (!has_any) diag_fact(d, T_TEST_NOTHING_WAS);
}

static TextId label_of(const ExpectCheck *x, const Expect *want)
{
    const ProbeValue *v = probe(x, want->cond);

    if (want->kind != EXPECT_TRUE) return T_TEST_DID_NOT_HAPPEN;
    return v && v->cond == COND_UNKNOWN ? T_TEST_NOT_KNOWN : T_TEST_NOT_TRUE;
}

static void fail_expect(const ExpectCheck *x, const TestRow *row, const Expect *want,
                        const RowEffects *effects)
{
    Diag *d = diag_add(x->diags, ODX801, want->place, T_TEST_FAILED, arg_text(x->test->name));

    diag_label(d, label_of(x, want));
    diag_mark(d, row->place, T_TEST_IN);
    add_happened(x, d, effects);
}

static void fail_unexpected(const ExpectCheck *x, const TestRow *row, const Effect *e)
{
    Diag *d = diag_add(x->diags, ODX801, row->place, T_TEST_FAILED, arg_text(x->test->name));

    diag_label(d, T_TEST_UNEXPECTED, arg_text(sentence(x, e)));
    diag_fact(d, T_TEST_EVERY_ORDER);
}

/* ---- the row ------------------------------------------------------------------------------------- */

static bool find_effect(const ExpectCheck *x, const Expect *want, const RowEffects *effects,
                        bool *is_used)
{
    for (size_t i = 0; i < effects->count; i++) {
        const Effect *e = &effects->items[i];
        bool fits = want->kind == EXPECT_SKIP ? skip_fits(want, e) : order_fits(x, want, e);

        if (is_used[i] || !fits) continue;
        is_used[i] = true;
        return true;
    }
    return false;
}

static bool has_order(const RowEffects *effects)
{
    for (size_t i = 0; i < effects->count; i++)
        if (effects->items[i].kind == EFFECT_ORDER) return true;
    return false;
}

static bool expect_holds(const ExpectCheck *x, const Expect *want, const RowEffects *effects,
                         bool *is_used)
{
    const ProbeValue *v;

    switch ((ExpectKind)want->kind) {
    case EXPECT_NOTHING:
        return !has_order(effects);
    case EXPECT_TRUE:
        v = probe(x, want->cond);
        return v && v->cond == COND_TRUE;
    default:
        return find_effect(x, want, effects, is_used);
    }
}

bool expect_check(const ExpectCheck *x, const TestRow *row, const RowEffects *effects)
{
    bool *is_used = arena_array(x->arena, bool, effects->count + 1);
    bool ok = true;

    for (uint32_t i = 0; i < row->expect_count; i++) {
        if (expect_holds(x, &row->expects[i], effects, is_used)) continue;
        fail_expect(x, row, &row->expects[i], effects);
        ok = false;
    }
    if (!ok) return false; /* one finding a mistake: what is left over follows from it */
    for (size_t i = 0; i < effects->count; i++) {
        if (effects->items[i].kind != EFFECT_ORDER || is_used[i]) continue;
        fail_unexpected(x, row, &effects->items[i]);
        ok = false;
    }
    return ok;
}
