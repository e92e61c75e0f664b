/* cursor_json.c — see cursor_json.h. */
#include "runtime/proof/cursor_json.h"

#include "runtime/proof/effect_json.h"
#include "vm/base/bug.h"
#include "vm/base/fixed.h"
#include "vm/base/fmt.h"
#include "vm/base/num.h"

enum { WORD_MAX = 64, EFFECT_MAX = 8192 };

static void key(JsonWriter *j, const char *name)
{
    json_write_key(j, span_str(name));
}

static void put_text(JsonWriter *j, const char *name, Span text)
{
    key(j, name);
    json_write_string(j, text);
}

static void put_count(JsonWriter *j, const char *name, uint64_t n)
{
    key(j, name);
    json_write_uint(j, n);
}

static void put_flag(JsonWriter *j, const char *name, bool flag)
{
    key(j, name);
    json_write_bool(j, flag);
}

static void put_number(JsonWriter *j, const char *name, double x)
{
    key(j, name);
    json_write_number(j, x);
}

static void put_bytes(JsonWriter *j, uint32_t begin, uint32_t end)
{
    key(j, "bytes");
    json_write_array(j);
    json_write_uint(j, begin);
    json_write_uint(j, end);
    json_write_array_end(j);
}

/* A step, or null. */
static void put_place(JsonWriter *j, const char *name, int64_t at)
{
    key(j, name);
    if (at < 0)
        json_write_null(j);
    else
        json_write_int(j, at);
}

static void put_written(JsonWriter *j, const char *name, double x, uint8_t unit)
{
    char room[WORD_MAX];
    Buf b;

    buf_init_fixed(&b, room, sizeof room);
    why_put_num(&b, x, unit);
    put_text(j, name, buf_span(&b));
}

/* ---- the table ------------------------------------------------------------------------------------------ */

static void put_notation(const ValuePlace *p, Notation notation, JsonWriter *j)
{
    static const char *const names[] = {
        [NOTATION_TEXT] = "text", [NOTATION_FORM] = "form", [NOTATION_GRAPH] = "graph"};

    if (!p->is_there) return;
    key(j, names[notation]);
    json_write_object(j);
    put_bytes(j, p->begin, p->end);
    if (notation != NOTATION_TEXT) put_text(j, "pointer", p->pointer);
    if (p->node.len) {
        put_text(j, "node", p->node);
        put_flag(j, "output", p->is_output);
    }
    json_write_object_end(j);
}

static void put_value_row(const Cursor *c, const CursorPlaces *places, uint32_t item, JsonWriter *j)
{
    const Values *v = cursor_values(c);
    const Sources *ss = cursor_compilation(c)->sources;
    const Expr *e = v->items[item].expr;
    const Source *s = sources_get(ss, e->place.file);

    json_write_object(j);
    put_text(j, "unit", value_unit(v, item));
    put_text(j, "file", s ? s->name : SPAN(""));
    put_bytes(j, e->place.begin, e->place.end);
    put_text(j, "source", source_text(ss, e->place));
    put_flag(j, "read", v->items[item].is_read);
    put_flag(j, "fixed", e->rate != RATE_SERIES);
    for (int i = 0; i < 3; i++)
        if (places->of[i]) put_notation(&places->of[i][item], (Notation)i, j);
    json_write_object_end(j);
}

static void put_nodes(const Cursor *c, JsonWriter *j)
{
    uint32_t count;
    const CursorNode *nodes = cursor_nodes(c, &count);

    key(j, "conditions");
    json_write_array(j);
    for (uint32_t i = 0; i < count; i++) {
        json_write_object(j);
        put_count(j, "rule", nodes[i].rule + 1U);
        put_count(j, "value", nodes[i].item);
        put_count(j, "depth", nodes[i].depth);
        put_flag(j, "require", nodes[i].is_require);
        put_flag(j, "leaf", nodes[i].is_leaf);
        json_write_object_end(j);
    }
    json_write_array_end(j);
}

static void put_rule_rows(const Program *p, JsonWriter *j)
{
    key(j, "rules");
    json_write_array(j);
    for (uint32_t i = 0; i < p->rules_count; i++) {
        json_write_object(j);
        put_text(j, "label", p->rules[i].label);
        put_bytes(j, p->rules[i].place.begin, p->rules[i].place.end);
        json_write_object_end(j);
    }
    json_write_array_end(j);
}

void cursor_put_table(const Cursor *c, const CursorPlaces *places, JsonWriter *j)
{
    const Values *v = cursor_values(c);

    key(j, "values");
    json_write_array(j);
    for (uint32_t i = 0; i < v->count; i++)
        put_value_row(c, places, i, j);
    json_write_array_end(j);
    put_nodes(c, j);
    put_rule_rows(v->program, j);
    put_flag(j, "cut", v->is_cut);
}

void cursor_put_walked(const Cursor *c, JsonWriter *j)
{
    uint64_t steps = cursor_steps(c);

    put_count(j, "steps", steps);
    put_count(j, "ticks", cursor_ticks(c));
    if (!steps) return;
    key(j, "from_us");
    json_write_int(j, cursor_step(c, 0).ts_us);
    key(j, "to_us");
    json_write_int(j, cursor_step(c, steps - 1).ts_us);
}

/* ---- one step ------------------------------------------------------------------------------------------- */

static const char *truth_word(double x)
{
    return !num_is_known(x) ? "unknown" : x != 0 ? "yes" : "no";
}

static void put_value(const Cursor *c, const double *now, uint32_t item, JsonWriter *j)
{
    const Values *v = cursor_values(c);
    const Value *value = &v->items[item];
    double x = now[item];
    ValueNeed need;
    uint32_t of;

    json_write_object(j);
    if (value->is_cond) {
        put_text(j, "truth", span_str(truth_word(x)));
    } else {
        put_number(j, "number", x);
        put_written(j, "text", x, value->unit);
    }
    if (!num_is_known(x)) {
        of = values_blame(v, item, now, &need);
        put_text(j, "lacks", value_need_sentence(need));
        put_count(j, "of", of);
    }
    json_write_object_end(j);
}

/* Null at what is no tick. */
static void put_values(const Cursor *c, JsonWriter *j)
{
    const double *now = cursor_now(c);

    key(j, "values");
    if (!now) {
        json_write_null(j);
        return;
    }
    json_write_array(j);
    for (uint32_t i = 0; i < cursor_values(c)->count; i++)
        put_value(c, now, i, j);
    json_write_array_end(j);
}

static void put_change(const Cursor *c, const CursorChange *change, JsonWriter *j)
{
    const Values *v = cursor_values(c);
    const Expr *e = v->items[change->side].expr;
    uint8_t unit = v->items[change->side].unit;

    json_write_object(j);
    put_count(j, "condition", change->item);
    put_count(j, "value", change->side);
    if (e->op == EX_PARAM) put_text(j, "param", v->program->params[e->index].name);
    put_number(j, "from", change->from);
    put_number(j, "to", change->to);
    put_number(j, "distance", change->distance);
    put_written(j, "from_text", change->from, unit);
    put_written(j, "to_text", change->to, unit);
    put_written(j, "distance_text", change->distance, unit);
    put_flag(j, "beyond", change->is_beyond);
    put_flag(j, "in_range", change->is_in_range);
    json_write_object_end(j);
}

/* What became of a rule at the step. */
static const char *outcome(const Cursor *c, const WhyRule *w)
{
    size_t count;
    const CursorDeed *deeds = cursor_deeds(c, &count);
    bool is_refused = false;

    for (size_t i = 0; i < count; i++) {
        const Effect *f = &deeds[i].effect;

        if (deeds[i].is_fill || f->rule != w->rule || f->because != BECAUSE_RULE) continue;
        if (f->kind != EFFECT_SKIP) return "fired";
        is_refused = true;
    }
    if (is_refused) return "refused";
    if (!w->has_run) return w->has_cond ? "not looked at" : "none";
    if (w->cond == COND_UNKNOWN) return "unknown";
    return w->cond == COND_TRUE ? "true already" : "not true";
}

static void put_rule(Cursor *c, uint32_t rule, JsonWriter *j)
{
    int64_t ts_us = cursor_step(c, cursor_here(c)).ts_us;
    const CursorChange *changes;
    uint32_t count;
    WhyRule w;

    cursor_why(c, rule, &w);
    changes = cursor_changes(c, rule, &count);
    json_write_object(j);
    put_text(j, "outcome", span_str(outcome(c, &w)));
    key(j, "why");
    why_put_json(&w, cursor_compilation(c), cursor_values(c)->image, ts_us, j);
    key(j, "changes");
    json_write_array(j);
    for (uint32_t i = 0; i < count; i++)
        put_change(c, &changes[i], j);
    json_write_array_end(j);
    json_write_object_end(j);
}

static void put_deeds(const Cursor *c, JsonWriter *j)
{
    const Program *p = cursor_values(c)->program;
    char room[EFFECT_MAX];
    size_t count;
    const CursorDeed *deeds = cursor_deeds(c, &count);
    Buf line;

    key(j, "effects");
    json_write_array(j);
    for (size_t i = 0; i < count; i++) {
        buf_init_fixed(&line, room, sizeof room);
        if (deeds[i].is_fill)
            effect_json_put_fill(&line, p, cursor_engine(c), &deeds[i].fill);
        else
            effect_json_put(&line, p, cursor_engine(c), &deeds[i].effect);
        if (!buf_is_full(&line)) json_write_raw(j, buf_span(&line));
    }
    json_write_array_end(j);
}

static void put_position(const Cursor *c, uint32_t token, JsonWriter *j)
{
    PositionView p = engine_position(cursor_engine(c), (int32_t)token);

    json_write_object(j);
    put_text(j, "token", cursor_values(c)->program->tokens[token].spelled);
    key(j, "size");
    json_write_fixed(j, p.size_micros, FX_PLACES);
    put_number(j, "entry", p.entry);
    json_write_object_end(j);
}

static void put_wallet(const Cursor *c, JsonWriter *j)
{
    const Program *p = cursor_values(c)->program;

    key(j, "cash");
    json_write_fixed(j, engine_cash(cursor_engine(c), 0), FX_PLACES);
    key(j, "equity");
    json_write_fixed(j, engine_equity(cursor_engine(c)), FX_PLACES);
    key(j, "positions");
    json_write_array(j);
    for (uint32_t i = 0; i < p->tokens_count; i++)
        put_position(c, i, j);
    json_write_array_end(j);
}

void cursor_put_step(Cursor *c, JsonWriter *j)
{
    CursorStep s = cursor_step(c, cursor_here(c));

    put_count(j, "step", cursor_here(c));
    put_count(j, "tick", s.tick);
    key(j, "ts_us");
    json_write_int(j, s.ts_us);
    put_text(j, "kind", span_str(event_kind_name(s.kind)));
    put_count(j, "market", s.market);
    put_values(c, j);
    key(j, "rules");
    json_write_array(j);
    for (uint32_t i = 0; i < cursor_values(c)->program->rules_count; i++)
        put_rule(c, i, j);
    json_write_array_end(j);
    put_deeds(c, j);
    put_wallet(c, j);
}

/* ---- counts --------------------------------------------------------------------------------------------- */

static void put_value_count(const CursorCount *n, uint32_t item, JsonWriter *j)
{
    json_write_object(j);
    put_count(j, "value", item);
    put_count(j, "yes", n->yes);
    put_count(j, "no", n->no);
    put_count(j, "unknown", n->unknown);
    put_place(j, "first", n->first_yes);
    put_place(j, "last", n->last_yes);
    json_write_object_end(j);
}

void cursor_put_counts(const Cursor *c, JsonWriter *j)
{
    uint32_t count;
    const CursorNode *nodes = cursor_nodes(c, &count);

    key(j, "values");
    json_write_array(j);
    for (uint32_t i = 0; i < cursor_values(c)->count; i++)
        if (cursor_count(c, i)) put_value_count(cursor_count(c, i), i, j);
    json_write_array_end(j);
    key(j, "conditions");
    json_write_array(j);
    for (uint32_t i = 0; i < count; i++) {
        json_write_object(j);
        put_count(j, "near_misses", nodes[i].near_miss);
        put_place(j, "first", nodes[i].first_near);
        put_place(j, "last", nodes[i].last_near);
        json_write_object_end(j);
    }
    json_write_array_end(j);
}

/* ---- text ----------------------------------------------------------------------------------------------- */

static void put_line(const Cursor *c, const double *now, uint32_t item, Buf *out)
{
    const Values *v = cursor_values(c);
    const Value *value = &v->items[item];
    char room[WORD_MAX];
    ValueNeed need;
    Buf b;

    buf_init_fixed(&b, room, sizeof room);
    if (value->is_cond)
        buf_str(&b, truth_word(now[item]));
    else
        why_put_num(&b, now[item], value->unit);
    buf_span_put(out, buf_span(&b));
    buf_fill(out, ' ', b.len < 16 ? 16 - b.len : 1);
    why_put_source(cursor_compilation(c), value->expr->place, out);
    if (!num_is_known(now[item])) {
        (void)values_blame(v, item, now, &need);
        buf_fmt(out, " — %S", value_need_sentence(need));
    }
    buf_char(out, '\n');
}

void cursor_put_values_text(const Cursor *c, Buf *out)
{
    const double *now = cursor_now(c);
    const Values *v = cursor_values(c);

    if (!now) buf_str(out, "  no tick: values are worked out at ticks\n");
    for (uint32_t i = 0; now && i < v->count; i++)
        if (v->items[i].show != VALUE_NONE) put_line(c, now, i, out);
}
