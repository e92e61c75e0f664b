/* effect_json.c — see effect_json.h. */
#include "runtime/proof/effect_json.h"

#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/json.h"

static void put_micros(JsonWriter *w, const char *key, int64_t micros)
{
    json_write_key(w, span_str(key));
    if (micros == MICROS_UNKNOWN)
        json_write_null(w);
    else
        json_write_fixed(w, micros, FX_PLACES);
}

static Span reason_text(const Program *p, uint16_t reason)
{
    if (reason >= REASON_OWN && (uint32_t)reason - REASON_OWN < p->reasons_count)
        return p->reasons[reason - REASON_OWN];
    return span_str(reason_name(reason));
}

Span effect_token(const Program *p, const Engine *engine, int32_t token, Buf *b)
{
    static const char *const slot[] = {"up", "down"}, *const binary[] = {"yes", "no"};
    TokenView t;

    if (token >= 0 && (uint32_t)token < p->tokens_count) return p->tokens[token].spelled;
    t = engine_token_view(engine, token);
    if (t.market < 0)
        buf_char(b, '?');
    else if ((uint32_t)t.market >= p->markets_count)
        buf_fmt(b, "met%u.%s", (uint32_t)t.market - p->markets_count + 1, binary[t.outcome & 1]);
    else
        buf_fmt(b, "%S.%s", p->markets[t.market].name,
                (p->markets[t.market].kind == MARKET_SLOT ? slot : binary)[t.outcome & 1]);
    return buf_span(b);
}

static void put_token(JsonWriter *w, const Program *p, const Engine *engine, int32_t token)
{
    char mem[257];
    Buf b;

    buf_init_fixed(&b, mem, sizeof mem);
    json_key_text(w, "token", effect_token(p, engine, token, &b));
}

typedef struct Trade {
    bool is_sell;
    int32_t token;
    int64_t size_micros, price_micros;
} Trade;

static void put_trade(JsonWriter *w, const Program *p, const Engine *engine, Trade t)
{
    json_key_text(w, "side", t.is_sell ? SPAN("sell") : SPAN("buy"));
    put_token(w, p, engine, t.token);
    put_micros(w, "size", t.size_micros);
    put_micros(w, "price", t.price_micros);
}

static void put_order(JsonWriter *w, const Program *p, const Engine *engine, const Effect *e)
{
    put_trade(w, p, engine, (Trade){e->is_sell, e->token, e->size_micros, e->price_micros});
    json_key_text(w, "type", e->is_market ? SPAN("market") : SPAN("limit"));
    json_key_text(w, "because", span_str(because_name(e->because)));
    json_key_uint(w, "order", e->order);
}

void effect_json_put(Buf *out, const Program *p, const Engine *engine, const Effect *e)
{
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    json_key_text(&w, "kind", span_str(effect_kind_name(e->kind)));
    json_key_int(&w, "ts_us", e->ts_us);
    if (e->rule != NONE_16) json_key_uint(&w, "rule", e->rule + 1u);
    if (e->kind == EFFECT_ORDER) put_order(&w, p, engine, e);
    if (e->kind == EFFECT_CANCEL) json_key_uint(&w, "order", e->order);
    if (e->kind == EFFECT_SKIP) {
        json_key_text(&w, "reason", reason_text(p, e->reason));
        json_key_bool(&w, "unknown", e->is_unknown);
    }
    json_write_object_end(&w);
}

void effect_json_put_fill(Buf *out, const Program *p, const Engine *engine, const Event *fill)
{
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    json_key_text(&w, "kind", SPAN("fill"));
    json_key_int(&w, "ts_us", fill->ts_us);
    put_trade(&w, p, engine,
              (Trade){fill->fill.is_sell, fill->fill.token, fill->fill.size_micros,
                      fill->fill.price_micros});
    json_key_uint(&w, "order", fill->fill.order);
    json_write_object_end(&w);
}
