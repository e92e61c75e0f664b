/* result_text.c — see result_text.h. */
#include "runtime/backtest/result_text.h"

#include <string.h>

#include "vm/base/fixed.h"
#include "vm/base/fmt.h"

typedef enum FieldKind {
    MICROS,
    TIME,
    COUNT,
    INDEX,
    U32,
    NUMBER,
    FLAG,
    SMALL,
    CODE,
    WINNER,
    BECAUSE,
    EXIT,
    STATE,
    REASON,
    VERDICT_NAME,
} FieldKind;

typedef struct Field {
    const char *name;
    size_t at;
    FieldKind kind;
} Field;

typedef struct Fields {
    const Field *rows;
    size_t count;
} Fields;

#define FIELDS(table) ((Fields){table, sizeof(table) / sizeof(table)[0]})

static const Field figures[] = {
#define FIGURE(name, field, kind) {name, offsetof(ResultTotals, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field judged[] = {
#define JUDGED(name, field, kind) {name, offsetof(ResultJudgement, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field band[] = {
#define BAND(name, field, kind) {name, offsetof(ResultBandRow, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field prices[] = {
#define PRICE(name, field, kind) {name, offsetof(ResultPriceRow, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field tenths[] = {
#define TENTH(name, field, kind) {name, offsetof(ResultTimeRow, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field slots[] = {
#define SLOT(name, field, kind) {name, offsetof(ResultSlot, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field orders[] = {
#define ORDER(name, field, kind) {name, offsetof(ResultOrder, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field trades[] = {
#define TRADE(name, field, kind) {name, offsetof(ResultTrade, field), kind},
#include "runtime/backtest/result_fields.def"
};
static const Field entries[] = {
#define ENTRY(name, field, kind) {name, offsetof(ResultOrder, field), kind},
#include "runtime/backtest/result_fields.def"
};

/* ---- one value ----------------------------------------------------------------------------------- */

#define LOAD(T, at) load_##T(at)
#define LOADER(T)                         \
    static T load_##T(const char *at)     \
    {                                     \
        T value;                          \
        memcpy(&value, at, sizeof value); \
        return value;                     \
    }
LOADER(int64_t)
LOADER(uint64_t)
LOADER(uint32_t)
LOADER(uint16_t)
LOADER(uint8_t)
LOADER(double)
LOADER(bool)
LOADER(VerdictId)

static const char *name_of(FieldKind kind, const char *at)
{
    if (kind == VERDICT_NAME) return verdict_name(LOAD(VerdictId, at));
    if (kind == BECAUSE) return because_name(LOAD(uint8_t, at));
    if (kind == EXIT) return result_exit_name(LOAD(uint8_t, at));
    if (kind == STATE) return order_state_name(LOAD(uint8_t, at));
    return LOAD(uint16_t, at) == NONE_16 ? NULL : reason_name(LOAD(uint16_t, at));
}

/* Whole numbers; false when the value is none. */
static bool whole_of(FieldKind kind, const char *at, int64_t *ret)
{
    switch (kind) {
    case MICROS:
    case TIME:
        *ret = LOAD(int64_t, at);
        return *ret != MICROS_UNKNOWN;
    case COUNT:
        *ret = (int64_t)LOAD(uint64_t, at);
        return true;
    case INDEX:
    case U32:
        *ret = LOAD(uint32_t, at);
        return kind == U32 || *ret != RESULT_NONE;
    case SMALL:
        *ret = LOAD(uint8_t, at);
        return true;
    case WINNER:
        *ret = (int8_t)LOAD(uint8_t, at);
        return *ret >= 0;
    default:
        *ret = LOAD(uint16_t, at);
        return *ret != NONE_16;
    }
}

static void put_value(JsonWriter *w, FieldKind kind, const char *at)
{
    int64_t whole;
    const char *name;

    if (kind == NUMBER) {
        json_write_number(w, LOAD(double, at));
    } else if (kind == FLAG) {
        json_write_bool(w, LOAD(bool, at));
    } else if (kind >= BECAUSE) {
        name = name_of(kind, at);
        if (name)
            json_write_string(w, span_str(name));
        else
            json_write_null(w);
    } else if (whole_of(kind, at, &whole)) {
        json_write_int(w, whole);
    } else {
        json_write_null(w);
    }
}

static void put_fields(JsonWriter *w, Fields f, const void *row)
{
    for (size_t i = 0; i < f.count; i++) {
        json_write_key(w, span_str(f.rows[i].name));
        put_value(w, f.rows[i].kind, (const char *)row + f.rows[i].at);
    }
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void put_market(JsonWriter *w, const ResultMarket *m)
{
    json_write_object(w);
    json_key_text(w, "name", m->name);
    json_key_text(w, "venue", m->venue);
    json_key_text(w, "selector", m->selector);
    json_key_int(w, "kind", m->kind);
    json_key_int(w, "ticks", (int64_t)m->ticks);
    json_write_key(w, SPAN("first_us"));
    put_value(w, TIME, (const char *)&m->first_us);
    json_write_key(w, SPAN("last_us"));
    put_value(w, TIME, (const char *)&m->last_us);
    json_write_object_end(w);
}

static void put_asked(JsonWriter *w, const Result *r)
{
    json_key_object(w, "asked");
    json_key_text(w, "fill", span_str(fill_model_name(r->model)));
    json_key_int(w, "order_us", r->order_us);
    json_key_int(w, "cancel_us", r->cancel_us);
    json_key_int(w, "jitter_us", r->jitter_us);
    json_key_int(w, "seed", (int64_t)r->seed);
    if (r->assignment_count) json_key_bool(w, "shared_book", r->is_shared_book);
    json_key_object(w, "params");
    for (uint32_t i = 0; i < r->param_count; i++) {
        json_write_key(w, r->params[i].name);
        json_write_number(w, r->params[i].value);
    }
    json_write_object_end(w);
    json_key_array(w, "markets");
    for (uint32_t i = 0; i < r->market_count; i++)
        put_market(w, &r->markets[i]);
    json_write_array_end(w);
    json_write_object_end(w);
}

static void put_band(JsonWriter *w, const Result *r)
{
    json_key_object(w, "band");
    for (int i = 0; i < MODELS; i++) {
        if (!r->band[i].is_run) continue;
        json_write_key(w, span_str(fill_model_name((FillModel)i)));
        json_write_object(w);
        put_fields(w, FIELDS(band), &r->band[i]);
        json_key_sha256(w, "result_sha256", r->band[i].result_sha256);
        json_write_object_end(w);
    }
    json_write_object_end(w);
}

static void put_receipt(JsonWriter *w, const Result *r)
{
    json_key_array(w, "receipt");
    for (int i = 0; i < RECEIPTS; i++) {
        json_write_object(w);
        json_key_text(w, "name", span_str(r->receipt[i].name));
        json_key_bool(w, "modelled", r->receipt[i].is_modelled);
        json_key_int(w, "count", (int64_t)r->receipt[i].count);
        json_key_text(w, "means", span_str(r->receipt[i].sentence));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

/* An array of objects. */
static void put_rows(JsonWriter *w, const char *name, Fields f, const void *rows, size_t count,
                     size_t size)
{
    json_key_array(w, name);
    for (size_t i = 0; i < count; i++) {
        json_write_object(w);
        put_fields(w, f, (const char *)rows + i * size);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

/* Whose a row is, in a sum of several. */
static void put_whose(JsonWriter *w, const Result *r, uint32_t assignment)
{
    if (r->assignment_count) json_key_int(w, "assignment", assignment);
}

static void put_orders(JsonWriter *w, const Result *r)
{
    json_key_array(w, "order_rows");
    for (size_t i = 0; i < r->orders.count; i++) {
        json_write_object(w);
        put_whose(w, r, r->orders.items[i].assignment);
        put_fields(w, FIELDS(orders), &r->orders.items[i]);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_trades(JsonWriter *w, const Result *r)
{
    json_key_array(w, "trades");
    for (size_t i = 0; i < r->trades.count; i++) {
        const ResultTrade *t = &r->trades.items[i];

        json_write_object(w);
        put_whose(w, r, t->assignment);
        put_fields(w, FIELDS(trades), t);
        put_fields(w, FIELDS(entries), &r->orders.items[t->entry_order]);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_curve(JsonWriter *w, const Result *r)
{
    json_key_array(w, "equity");
    for (size_t i = 0; i < r->curve.count; i++) {
        json_write_array(w);
        json_write_int(w, r->curve.items[i].ts_us);
        json_write_int(w, r->curve.items[i].equity_micros);
        json_write_array_end(w);
    }
    json_write_array_end(w);
}

static void put_hashes(JsonWriter *w, const Result *r)
{
    json_key_sha256(w, "tape_sha256", r->tape_sha256);
    json_key_sha256(w, "image_sha256", r->image_sha256);
    json_key_sha256(w, "result_sha256", r->result_sha256);
}

/* What was found, without rows of orders and trades. */
static void put_found(JsonWriter *w, const Result *r)
{
    put_fields(w, FIELDS(figures), &r->totals);
    json_key_number(w, "sharpe", r->judgement.sharpe);
    put_band(w, r);
    json_key_object(w, "judgement");
    put_fields(w, FIELDS(judged), &r->judgement);
    json_key_text(w, "sentence", span_str(verdict_sentence(r->judgement.verdict)));
    json_write_object_end(w);
    put_rows(w, "prices", FIELDS(prices), r->prices, RESULT_PRICES, sizeof r->prices[0]);
    put_rows(w, "tenths", FIELDS(tenths), r->tenths, RESULT_TENTHS, sizeof r->tenths[0]);
}

static void put_slots(JsonWriter *w, const Result *r)
{
    put_rows(w, "slot_rows", FIELDS(slots), r->slots.items, r->slots.count, sizeof(ResultSlot));
    put_curve(w, r);
}

static void put_wallets(JsonWriter *w, const Result *r)
{
    json_key_array(w, "wallets");
    for (uint32_t i = 0; i < r->wallet_count; i++) {
        json_write_object(w);
        json_key_text(w, "name", r->wallets[i].name);
        put_fields(w, FIELDS(figures), &r->wallets[i].totals);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

/* Its orders and trades are among those of all; the receipt is one for all. */
static void put_assignments(JsonWriter *w, const Result *r)
{
    json_key_array(w, "assignments");
    for (uint32_t i = 0; i < r->assignment_count; i++) {
        const ResultAssignment *a = &r->assignments[i];

        json_write_object(w);
        json_key_text(w, "strategy", a->strategy);
        json_key_int(w, "wallet", a->wallet);
        put_hashes(w, a->result);
        put_asked(w, a->result);
        put_found(w, a->result);
        put_slots(w, a->result);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

void result_json(Buf *out, const Result *r)
{
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    put_hashes(&w, r);
    put_asked(&w, r);
    put_found(&w, r);
    put_receipt(&w, r);
    put_trades(&w, r);
    put_orders(&w, r);
    put_slots(&w, r);
    if (r->assignment_count) {
        put_wallets(&w, r);
        put_assignments(&w, r);
    }
    json_write_object_end(&w);
}

/* ---- CSV ----------------------------------------------------------------------------------------- */

/* "pnl_micros" is a column of dollars called "pnl". */
static Span column_name(const Field *f)
{
    Span name = span_str(f->name), tail = SPAN("_micros");

    if (span_ends(name, tail)) name.len -= tail.len;
    return name;
}

static void put_cell(Buf *b, const Field *f, const char *at)
{
    int64_t whole;

    if (f->kind == NUMBER) {
        buf_num(b, LOAD(double, at));
    } else if (f->kind == FLAG) {
        buf_char(b, LOAD(bool, at) ? '1' : '0');
    } else if (f->kind >= BECAUSE) {
        const char *name = name_of(f->kind, at);

        if (name) buf_str(b, name);
    } else if (whole_of(f->kind, at, &whole)) {
        fx_put_short(b, whole, f->kind == MICROS ? FX_PLACES : 0);
    }
}

static void put_cells(Buf *b, Fields f, const void *row)
{
    for (size_t i = 0; i < f.count; i++) {
        buf_char(b, ',');
        if (row)
            put_cell(b, &f.rows[i], (const char *)row + f.rows[i].at);
        else
            buf_span_put(b, column_name(&f.rows[i]));
    }
}

/* In quotes where the text would break the line. */
static void put_csv_text(Buf *out, Span text)
{
    bool is_plain = true;

    for (size_t i = 0; i < text.len; i++)
        is_plain &= text.ptr[i] != ',' && text.ptr[i] != '"' && (unsigned char)text.ptr[i] >= ' ';
    if (!is_plain) buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') buf_char(out, '"');
        buf_char(out, text.ptr[i]);
    }
    if (!is_plain) buf_char(out, '"');
}

static void put_owner(Buf *out, const Result *r, const ResultTrade *t)
{
    const ResultAssignment *a = &r->assignments[t->assignment];

    put_csv_text(out, a->strategy);
    buf_char(out, ',');
    put_csv_text(out, r->wallets[a->wallet].name);
    buf_char(out, ',');
}

void result_trades_csv(Buf *out, const Result *r)
{
    buf_str(out,
            r->assignment_count ? "trade,strategy,wallet,slot_start_us" : "trade,slot_start_us");
    put_cells(out, FIELDS(trades), NULL);
    put_cells(out, FIELDS(entries), NULL);
    buf_char(out, '\n');
    for (size_t i = 0; i < r->trades.count; i++) {
        const ResultTrade *t = &r->trades.items[i];

        buf_fmt(out, "%zu,", i);
        if (r->assignment_count) put_owner(out, r, t);
        if (t->slot != RESULT_NONE)
            buf_fmt(out, "%lld", (long long)r->slots.items[t->slot].start_us);
        put_cells(out, FIELDS(trades), t);
        put_cells(out, FIELDS(entries), &r->orders.items[t->entry_order]);
        buf_char(out, '\n');
    }
}
