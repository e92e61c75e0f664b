/* sweep_json.c — sweeping.h: everything about a sweep as JSON; docs/SWEEP.md
 * says what each member means. */
#include "runtime/backtest/result.h"
#include "runtime/backtest/sweeping.h"
#include "runtime/engine/engine.h"
#include "vm/base/json.h"

/* ---- what was asked ------------------------------------------------------------------------------ */

static void put_fills(const Sweeping *s, JsonWriter *w)
{
    static const char *const routes[] = {"matcher", "matched", "shared", "alone"};
    const BacktestConfig *c = &s->job.config;
    char text[512];
    Buf sentence;

    buf_init_fixed(&sentence, text, sizeof text);
    sweeping_put_route(s, &sentence);
    json_key_object(w, "fills");
    json_key_text(w, "route", span_str(routes[s->job.route]));
    json_key_text(w, "why", buf_span(&sentence));
    if (!s->job.is_instant) {
        json_key_text(w, "model", span_str(fill_model_name(c->model)));
        json_key_int(w, "latency_us", c->latency_us);
        json_key_int(w, "jitter_us", c->jitter_us);
    }
    json_key_uint(w, "seed", c->seed);
    json_key_int(w, "cash_micros", c->cash_micros);
    json_write_object_end(w);
}

static void put_axes(const Sweeping *s, JsonWriter *w)
{
    const SweepSearch *search = &s->job.search;

    json_key_array(w, "axes");
    for (uint32_t i = 0; i < search->axis_count; i++) {
        json_write_object(w);
        json_key_text(w, "param", sweeping_name(s, i));
        json_key_array(w, "values");
        for (uint32_t k = 0; k < search->axes[i].count; k++)
            json_write_number(w, search->axes[i].values[k]);
        json_write_array_end(w);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void put_search(const Sweeping *s, JsonWriter *w)
{
    static const char *const ways[] = {"grid", "random", "refine"};
    const SweepSearch *search = &s->job.search;

    json_key_text(w, "way", span_str(ways[search->way]));
    json_key_uint(w, "grid_cells", sweep_grid(search->axes, search->axis_count));
    json_key_uint(w, "rounds", s->rounds);
    json_key_text(w, "by", span_str(sweep_by_name(s->table.by)));
    json_key_text(w, "periods_are", s->job.is_hourly ? SPAN("hours") : SPAN("slots"));
    json_key_uint(w, "periods", s->job.ends.count);
    put_axes(s, w);
}

/* ---- cells --------------------------------------------------------------------------------------- */

static void put_values(const Sweeping *s, const char *key, size_t cell, JsonWriter *w)
{
    json_key_array(w, key);
    for (uint32_t i = 0; i < s->job.search.axis_count; i++)
        json_write_number(w, sweeping_value(s, cell, i));
    json_write_array_end(w);
}

static void put_cell(const Sweeping *s, size_t cell, JsonWriter *w)
{
    const SweepTotals *t = &s->totals.items[cell];
    const SweepScore *score = &s->judgement.scores[cell];

    json_write_object(w);
    put_values(s, "values", cell, w);
    json_key_int(w, "pnl_micros", t->pnl_micros);
    json_key_int(w, "fees_micros", t->fees_micros);
    json_key_int(w, "drawdown_micros", t->drawdown_micros);
    json_key_uint(w, "orders", t->orders);
    json_key_uint(w, "trades", t->trades);
    json_key_uint(w, "wins", t->wins);
    json_key_number(w, "sharpe", score->sharpe);
    json_key_number(w, "sharpe_error", score->error);
    json_key_number(w, "probabilistic", score->probabilistic);
    json_key_number(w, "deflated", score->deflated);
    json_write_object_end(w);
}

/* ---- judgement ----------------------------------------------------------------------------------- */

static void put_fold(const Sweeping *s, const SweepFold *f, JsonWriter *w)
{
    json_write_object(w);
    put_values(s, "chosen", f->chosen, w);
    json_key_uint(w, "train_to", f->walk.train_to);
    json_key_uint(w, "test_from", f->walk.test_from);
    json_key_uint(w, "test_to", f->walk.test_to);
    json_key_number(w, "train_sharpe", f->train_sharpe);
    json_key_number(w, "test_pnl", f->test_pnl);
    json_write_object_end(w);
}

static void put_forward(const Sweeping *s, JsonWriter *w)
{
    const SweepJudgement *j = &s->judgement;

    json_key_object(w, "walk_forward");
    json_key_int(w, "gap", SWEEP_GAP);
    json_key_number(w, "pnl", j->forward_pnl);
    json_key_number(w, "sharpe", j->forward_sharpe);
    json_key_number(w, "probabilistic", j->forward_above);
    json_key_array(w, "folds");
    for (size_t i = 0; i < j->fold_count; i++)
        put_fold(s, &j->folds[i], w);
    json_write_array_end(w);
    json_write_object_end(w);
}

static void put_judgement(const Sweeping *s, JsonWriter *w)
{
    const SweepJudgement *j = &s->judgement;

    json_key_object(w, "judgement");
    json_key_uint(w, "trials", j->trials);
    json_key_number(w, "trial_variance", j->variance);
    json_key_number(w, "luck", j->luck);
    json_key_number(w, "cells_by_luck", j->by_luck);
    json_key_number(w, "reality_check", j->reality);
    json_key_uint(w, "draws", j->rounds);
    json_key_object(w, "overfit");
    json_key_number(w, "probability", j->overfit.probability);
    json_key_number(w, "loss", j->overfit.loss);
    json_key_number(w, "kept", j->overfit.kept);
    json_key_uint(w, "splits", j->overfit.splits);
    json_write_object_end(w);
    put_forward(s, w);
    json_key_text(w, "verdict", span_str(sweep_verdict_name(j->verdict)));
    json_key_text(w, "sentence", span_str(sweep_verdict_sentence(j->verdict)));
    json_write_object_end(w);
}

static void put_map(const Sweeping *s, JsonWriter *w)
{
    SweepMap m;

    if (!sweeping_map(s, &m)) return;
    json_key_object(w, "map");
    json_key_text(w, "down", sweeping_name(s, m.down));
    json_key_text(w, "across", sweeping_name(s, m.across));
    json_key_uint(w, "values_a_row", m.row_span);
    json_key_uint(w, "values_a_column", m.column_span);
    json_key_array(w, "mean_pnl");
    for (uint32_t r = 0; r < m.rows; r++) {
        json_write_array(w);
        for (uint32_t c = 0; c < m.columns; c++)
            json_write_number(w, m.mean[r][c]);
        json_write_array_end(w);
    }
    json_write_array_end(w);
    json_write_object_end(w);
}

/* ---- the document -------------------------------------------------------------------------------- */

void sweeping_json(const Sweeping *s, Buf *out)
{
    JsonWriter w;

    json_write_init(&w, out, false);
    json_write_object(&w);
    json_key_text(&w, "kind", SPAN("sweep"));
    json_key_text(&w, "title", s->title);
    json_key_text(&w, "engine_version", SPAN(ENGINE_VERSION));
    json_key_sha256(&w, "tape_sha256", s->job.config.tape_sha256);
    json_key_sha256(&w, "image_sha256", s->job.config.image->semantic_hash);
    json_key_sha256(&w, "sweep_sha256", s->sum);
    put_fills(s, &w);
    put_search(s, &w);
    put_judgement(s, &w);
    put_map(s, &w);
    json_key_text(&w, "notes", s->notes);
    json_key_array(&w, "cells");
    for (size_t rank = 0; rank < sweeping_cells(s); rank++)
        put_cell(s, s->judgement.ranking[rank], &w);
    json_write_array_end(&w);
    json_write_object_end(&w);
    buf_char(out, '\n');
}
