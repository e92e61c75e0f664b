/* predicates.c — see predicates.h. */
#include "runtime/engine/predicates.h"

#include "vm/arith.h"
#include "vm/base/sort.h"

enum {
    TERMS_MAX = 1 << 26,
    BATCH = 8,        /* words looked at together */
    SPARSE_PART = 32, /* a family with fewer terms than this part of all lanes is sparse */
    TABLE_STEPS = 64, /* dense families with more steps flip lanes, others have a row for each */
};

static bool get_bit(const uint64_t *bits, uint32_t i)
{
    return bits[i >> 6] >> (i & 63) & 1;
}

static void put_bit(uint64_t *bits, uint32_t i, bool value)
{
    uint64_t bit = UINT64_C(1) << (i & 63);

    bits[i >> 6] = value ? bits[i >> 6] | bit : bits[i >> 6] & ~bit;
}

bool predicates_init(Predicates *p, Pool *pool, Arena *arena)
{
    *p = (Predicates){.pool = pool,
                      .arena = arena,
                      .term_room = room_new(arena, 0, TERMS_MAX),
                      .family_room = room_new(arena, 0, TERMS_MAX)};
    map_init(&p->known, arena);
    map_init(&p->families_known, arena);
    return !arena_is_full(arena);
}

/* ---- taking a condition apart -------------------------------------------------------------------- */

static bool put_key(Map *m, Arena *arena, const uint64_t *key, size_t size, uint64_t value)
{
    Span span = arena_span(arena, span_of((const char *)key, size));

    return !arena_is_full(arena) && map_put(m, span, value);
}

/* The family of a value in one direction; NO_LANE when memory ends. */
static uint32_t family_of(Predicates *p, const PoolNode *n, bool is_cond, bool is_grid,
                          bool is_below)
{
    uint64_t key[2] = {n->id, (uint64_t)is_cond | (uint64_t)is_grid << 1 | (uint64_t)is_below << 2};
    uint64_t found = map_get(&p->families_known, span_of((const char *)key, sizeof key), NO_LANE);
    Family *families;

    if (found != NO_LANE) return (uint32_t)found;
    families = room_for(&p->family_room, p->families, p->family_count + 1, sizeof *families);
    if (!families || !put_key(&p->families_known, p->arena, key, sizeof key, p->family_count))
        return NO_LANE;
    p->families = families;
    families[p->family_count] =
        (Family){.node = n, .is_cond = is_cond, .is_grid = is_grid, .is_below = is_below};
    pool_want(p->pool, n);
    return p->family_count++;
}

static bool is_beyond(const Term *a, const Term *b)
{
    return a->value > b->value || (a->value == b->value && a->side > b->side);
}

/* Of two terms of one lane in one family the narrower one stands for both. */
static bool narrow(Predicates *p, const Term *t, uint32_t first)
{
    for (uint32_t i = first; i < p->term_count; i++) {
        Term *own = &p->terms[i];

        if (own->family != t->family) continue;
        if (p->families[t->family].is_below ? is_beyond(own, t) : is_beyond(t, own)) *own = *t;
        return true;
    }
    return false;
}

static bool add_term(Predicates *p, uint32_t first, Term t)
{
    Term *terms;

    if (t.family == NO_LANE) return false;
    if (narrow(p, &t, first)) return true;
    terms = room_for(&p->term_room, p->terms, p->term_count + 1, sizeof *terms);
    if (!terms) return false;
    p->terms = terms;
    p->terms[p->term_count++] = t;
    return true;
}

/* `n` above or below a constant. */
static bool add_bound(Predicates *p, uint32_t first, const PoolNode *n, double k, bool is_grid,
                      bool is_below, uint8_t side)
{
    return add_term(p, first,
                    (Term){.family = family_of(p, n, false, is_grid, is_below),
                           .lane = p->lane_count,
                           .value = is_grid ? ar_micros(k) : k,
                           .side = side});
}

static bool is_bound(const PoolNode *n, bool is_grid)
{
    return n->op == POOL_CONST && !n->is_cond && num_is_known(is_grid ? ar_micros(n->num) : n->num);
}

static bool add_whole(Predicates *p, uint32_t first, const PoolNode *n)
{
    return add_term(p, first,
                    (Term){.family = family_of(p, n, true, false, false), .lane = p->lane_count});
}

static bool add_compare(Predicates *p, uint32_t first, const PoolNode *n)
{
    bool is_grid = n->op == OP_LTQ || n->op == OP_LEQ, is_le = n->op == OP_LE || n->op == OP_LEQ;
    bool left = is_bound(n->x, is_grid), right = is_bound(n->y, is_grid);

    if (left == right) return add_whole(p, first, n);
    if (left) return add_bound(p, first, n->y, n->x->num, is_grid, false, !is_le);
    return add_bound(p, first, n->x, n->y->num, is_grid, true, is_le);
}

static bool add_between(Predicates *p, uint32_t first, const PoolNode *n)
{
    bool is_grid = n->op == OP_INKQ;

    if (!is_bound(n->y, is_grid) || !is_bound(n->z, is_grid) || n->x->op == POOL_CONST)
        return add_whole(p, first, n);
    return add_bound(p, first, n->x, n->y->num, is_grid, false, 0) &&
           add_bound(p, first, n->x, n->z->num, is_grid, true, 1);
}

static bool add_all(Predicates *p, uint32_t first, const PoolNode *n)
{
    switch (n->op) {
    case OP_AND:
        return add_all(p, first, n->x) && add_all(p, first, n->y);
    case OP_LT:
    case OP_LE:
    case OP_LTQ:
    case OP_LEQ:
        return add_compare(p, first, n);
    case OP_INK:
    case OP_INKQ:
        return add_between(p, first, n);
    default:
        return add_whole(p, first, n);
    }
}

/* ---- lanes --------------------------------------------------------------------------------------- */

static bool grow(Predicates *p, uint64_t **bits, uint32_t words)
{
    uint64_t *larger = arena_array(p->arena, uint64_t, words);

    if (arena_is_full(p->arena)) return false;
    if (*bits) memcpy(larger, *bits, p->lane_cap / 64 * sizeof **bits);
    *bits = larger;
    return true;
}

static bool grow_ticks(Predicates *p, uint64_t **ticks, uint32_t cap)
{
    uint64_t *larger = arena_array(p->arena, uint64_t, cap);

    if (arena_is_full(p->arena)) return false;
    if (*ticks) memcpy(larger, *ticks, p->lane_cap * sizeof **ticks);
    *ticks = larger;
    return true;
}

static bool room_for_lane(Predicates *p)
{
    uint32_t cap = p->lane_cap ? 2 * p->lane_cap : BATCH * 64, words = cap / 64;
    uint64_t **all[] = {&p->is_true,
                        &p->is_false,
                        &p->was_true,
                        &p->was_false,
                        &p->armed,
                        &p->of_kind[LANE_LEVEL],
                        &p->of_kind[LANE_STRICT],
                        &p->of_kind[LANE_EDGE],
                        &p->open,
                        &p->held,
                        &p->denied};

    if (p->lane_count < p->lane_cap) return true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!grow(p, all[i], words)) return false;
    p->turned = arena_array(p->arena, uint8_t, words / BATCH); /* built afresh with the lanes */
    if (!grow_ticks(p, &p->last_true, cap) || !grow_ticks(p, &p->last_false, cap)) return false;
    p->lane_cap = cap;
    return true;
}

uint32_t predicates_lane(Predicates *p, const PoolNode *gate, LaneKind kind, uint64_t age)
{
    uint64_t key[3] = {gate->id, (uint64_t)kind, age};
    uint64_t found = map_get(&p->known, span_of((const char *)key, sizeof key), NO_LANE);
    uint32_t first = p->term_count;

    if (found != NO_LANE) return (uint32_t)found;
    if (!room_for_lane(p) || !put_key(&p->known, p->arena, key, sizeof key, p->lane_count))
        return NO_LANE;
    if (!add_all(p, first, gate)) return NO_LANE;
    p->is_built = false;
    put_bit(p->of_kind[kind], p->lane_count, true);
    put_bit(p->armed, p->lane_count, true);
    return p->lane_count++;
}

void predicates_arm(Predicates *p, uint32_t lane, bool is_armed)
{
    put_bit(p->armed, lane, is_armed);
    p->turned[lane / 64 / BATCH] = 1;
    p->has_moved = true;
}

/* ---- building ------------------------------------------------------------------------------------ */

static int compare_terms(const void *a, const void *b, void *ctx)
{
    const Term *x = a, *y = b;

    (void)ctx;
    if (x->family != y->family) return x->family < y->family ? -1 : 1;
    if (x->value != y->value) return x->value < y->value ? -1 : 1;
    if (x->side != y->side) return x->side < y->side ? -1 : 1;
    return x->lane < y->lane ? -1 : x->lane > y->lane;
}

static void find_steps(Predicates *p)
{
    p->step_count = 0;
    for (uint32_t i = 0; i < p->term_count; i++) {
        const Term *t = &p->terms[i];
        Family *f = &p->families[t->family];
        Step *last = p->step_count ? &p->steps[p->step_count - 1] : NULL;

        if (!f->term_count++) {
            f->first_term = i;
            f->first_step = p->step_count;
            last = NULL;
        }
        if (last && last->value == t->value && last->side == t->side) {
            last->term_count++;
            continue;
        }
        p->steps[p->step_count++] =
            (Step){.value = t->value, .side = t->side, .first_term = i, .term_count = 1};
        f->step_count++;
    }
}

static bool make_masks(Predicates *p, const Family *f)
{
    for (uint32_t i = f->first_step; i < f->first_step + f->step_count; i++) {
        Step *s = &p->steps[i];
        uint64_t *mask;

        if (s->term_count < p->words / 2) continue;
        mask = arena_array(p->arena, uint64_t, p->words);
        if (arena_is_full(p->arena)) return false;
        for (uint32_t k = s->first_term; k < s->first_term + s->term_count; k++)
            put_bit(mask, p->terms[k].lane, true);
        s->mask = mask;
    }
    return true;
}

/* A row for each number of steps passed. */
static bool make_table(Predicates *p, Family *f)
{
    uint64_t *row = arena_array(p->arena, uint64_t, (f->step_count + 1U) * (size_t)p->words);

    if (arena_is_full(p->arena)) return false;
    f->table = row;
    memcpy(row, f->bits, p->words * sizeof *row);
    for (uint32_t i = f->first_step; i < f->first_step + f->step_count; i++) {
        const Step *s = &p->steps[i];

        memcpy(row + p->words, row, p->words * sizeof *row);
        row += p->words;
        for (uint32_t k = s->first_term; k < s->first_term + s->term_count; k++)
            put_bit(row, p->terms[k].lane, !f->is_below);
    }
    f->bits = f->table;
    return true;
}

/* Before its first value a family is unknown; were it known, it would lie below all steps. */
static bool make_dense(Predicates *p, Family *f)
{
    f->bits = arena_array(p->arena, uint64_t, p->words);
    f->free = arena_array(p->arena, uint64_t, p->words);
    if (arena_is_full(p->arena)) return false;
    memset(f->free, 0xFF, p->words * sizeof *f->free);
    for (uint32_t i = f->first_term; i < f->first_term + f->term_count; i++)
        put_bit(f->free, p->terms[i].lane, false);
    memcpy(f->bits, f->free, p->words * sizeof *f->bits);
    if (f->is_below) memset(f->bits, 0xFF, p->words * sizeof *f->bits);
    p->dense[p->dense_count++] = (uint32_t)(f - p->families);
    return f->step_count <= TABLE_STEPS ? make_table(p, f) : make_masks(p, f);
}

static void start_sparse(Predicates *p, const Family *f)
{
    for (uint32_t i = f->first_term; i < f->first_term + f->term_count; i++)
        if (!p->holding[p->terms[i].lane]++) put_bit(p->held, p->terms[i].lane, false);
}

bool predicates_build(Predicates *p)
{
    if (p->is_built || !p->lane_count) return true;
    p->steps = arena_array(p->arena, Step, p->term_count + 1U);
    p->dense = arena_array(p->arena, uint32_t, p->family_count + 1U);
    p->words = (p->lane_count + 63) / 64;
    p->holding = arena_array(p->arena, uint16_t, p->lane_cap + 1U);
    p->denying = arena_array(p->arena, uint16_t, p->lane_cap + 1U);
    if (arena_is_full(p->arena)) return false;
    if (!sort_stable(p->terms, p->term_count, sizeof *p->terms, compare_terms, NULL, p->arena))
        return false;
    for (uint32_t i = 0; i < p->family_count; i++) {
        Family *f = &p->families[i];

        f->term_count = f->step_count = f->at = 0;
        f->table = NULL;
        f->is_known = f->is_dense = f->is_true = f->has_seen = false;
    }
    find_steps(p);
    if (p->words) { /* without lanes there are no tables */
        memset(p->held, 0xFF, p->words * sizeof *p->held);
        memset(p->denied, 0, p->words * sizeof *p->denied);
    }
    p->dense_count = 0;
    p->unknown_count = p->family_count;
    for (uint32_t i = 0; i < p->family_count; i++) {
        Family *f = &p->families[i];

        f->is_dense = f->term_count * SPARSE_PART >= p->lane_count;
        if (!f->is_dense) start_sparse(p, f);
        if (f->is_dense && !make_dense(p, f)) return false;
    }
    if (p->turned) memset(p->turned, 1, p->lane_cap / 64 / BATCH);
    p->is_built = p->has_moved = true;
    return true;
}

/* ---- a tick: families ---------------------------------------------------------------------------- */

/* A sparse term of the lane becomes `to` from `from` (COND_*). */
static void turn_lane(Predicates *p, uint32_t lane, uint8_t from, uint8_t to)
{
    if (from == COND_TRUE && !p->holding[lane]++) put_bit(p->held, lane, false);
    if (to == COND_TRUE && !--p->holding[lane]) put_bit(p->held, lane, true);
    if (from == COND_FALSE && !--p->denying[lane]) put_bit(p->denied, lane, false);
    if (to == COND_FALSE && !p->denying[lane]++) put_bit(p->denied, lane, true);
}

static void turn_terms(Predicates *p, uint32_t first, uint32_t count, uint8_t from, uint8_t to)
{
    for (uint32_t i = first; i < first + count; i++)
        turn_lane(p, p->terms[i].lane, from, to);
}

/* The value passes a step, upwards or downwards. */
static void pass(Predicates *p, const Family *f, const Step *s, bool is_up)
{
    bool becomes_true = is_up != f->is_below;

    if (!f->is_dense) {
        if (f->is_known)
            turn_terms(p, s->first_term, s->term_count, becomes_true ? COND_FALSE : COND_TRUE,
                       becomes_true ? COND_TRUE : COND_FALSE);
        return;
    }
    if (f->table) return;
    if (s->mask) {
        for (uint32_t i = 0; i < p->words; i++)
            f->bits[i] ^= s->mask[i];
        return;
    }
    for (uint32_t i = s->first_term; i < s->first_term + s->term_count; i++)
        f->bits[p->terms[i].lane >> 6] ^= UINT64_C(1) << (p->terms[i].lane & 63);
}

static bool is_above(double x, const Step *s)
{
    return s->side ? x > s->value : x >= s->value;
}

/* What the terms of a sparse family are, a stretch of steps below or above the value at a time. */
static void turn_known(Predicates *p, Family *f, bool is_known)
{
    p->unknown_count += is_known ? -1U : 1U;
    p->has_moved = true;
    f->is_known = is_known;
    if (f->is_dense) return;
    for (uint32_t i = 0; i < f->step_count; i++) {
        const Step *s = &p->steps[f->first_step + i];
        uint8_t cond = (i < f->at) != f->is_below ? COND_TRUE : COND_FALSE;

        if (f->is_cond) cond = f->is_true ? COND_TRUE : COND_FALSE;
        turn_terms(p, s->first_term, s->term_count, is_known ? COND_UNKNOWN : cond,
                   is_known ? cond : COND_UNKNOWN);
    }
}

static void follow_number(Predicates *p, Family *f, double x)
{
    const Step *steps = p->steps + f->first_step;
    uint32_t before = f->at;

    while (f->at < f->step_count && is_above(x, &steps[f->at]))
        pass(p, f, &steps[f->at++], true);
    while (f->at > 0 && !is_above(x, &steps[f->at - 1]))
        pass(p, f, &steps[--f->at], false);
    if (f->at == before) return;
    p->has_moved = true;
    if (f->table) f->bits = f->table + f->at * (size_t)p->words;
}

static void follow_cond(Predicates *p, Family *f, bool is_true)
{
    if (f->is_true == is_true) return;
    pass(p, f, &p->steps[f->first_step], is_true);
    f->is_true = is_true;
    if (f->table) f->bits = f->table + (is_true ? p->words : 0);
    p->has_moved = true;
}

static void follow_family(Predicates *p, Family *f)
{
    double x = f->is_grid ? ar_micros(f->node->num) : f->node->num;
    bool is_known = f->is_cond ? f->node->cond != COND_UNKNOWN : num_is_known(x);

    if (is_known && f->is_cond) follow_cond(p, f, f->node->cond == COND_TRUE);
    if (is_known && !f->is_cond) follow_number(p, f, x);
    if (is_known != f->is_known) turn_known(p, f, is_known);
}

/* Most values are what they were. */
static inline bool is_as_before(Family *f)
{
    uint64_t now = f->is_cond ? f->node->cond : num_bits(f->node->num), before = f->seen;

    f->seen = now;
    return now == before && f->has_seen;
}

/* ---- a tick: lanes ------------------------------------------------------------------------------- */

/* A family that settles a batch moves forward, so that the next one is settled sooner. */
static void move_forward(Predicates *p, uint32_t at)
{
    uint32_t family = p->dense[at];

    if (!at) return;
    p->dense[at] = p->dense[at - 1];
    p->dense[at - 1] = family;
}

/* Lanes of a batch of `n` words from `first` on. */
static void gather_true(Predicates *p, uint32_t first, uint32_t n)
{
    uint64_t *to = p->is_true + first;

    memcpy(to, p->held + first, n * sizeof *to);
    for (uint32_t i = 0; i < p->dense_count; i++) {
        const Family *f = &p->families[p->dense[i]];
        const uint64_t *bits = (f->is_known ? f->bits : f->free) + first;
        uint64_t any = 0;

        for (uint32_t k = 0; k < n; k++)
            any |= to[k] &= bits[k];
        if (any) continue;
        move_forward(p, i);
        return;
    }
}

static void gather_false(const Predicates *p, uint32_t first, uint32_t n)
{
    uint64_t *to = p->is_false + first;

    memcpy(to, p->denied + first, n * sizeof *to);
    for (uint32_t i = 0; i < p->dense_count; i++) {
        const Family *f = &p->families[p->dense[i]];
        uint64_t all = UINT64_MAX;

        for (uint32_t k = 0; f->is_known && k < n; k++)
            all &= to[k] |= ~f->bits[first + k];
        if (f->is_known && all == UINT64_MAX) return;
    }
}

/* Whether a batch is other than at the last tick. */
static bool has_turned(const Predicates *p, uint32_t first, uint32_t n)
{
    uint64_t turned = 0;

    for (uint32_t k = first; k < first + n; k++)
        turned |= (p->is_true[k] ^ p->was_true[k]) | (p->is_false[k] ^ p->was_false[k]);
    return turned != 0;
}

static void open_batch(Predicates *p, uint32_t first, uint32_t n)
{
    for (uint32_t i = first; i < first + n; i++)
        p->open[i] = (p->of_kind[LANE_LEVEL][i] & ~p->is_false[i]) |
                     (p->of_kind[LANE_STRICT][i] & p->is_true[i]) |
                     (p->of_kind[LANE_EDGE][i] & p->is_true[i] & p->armed[i]);
}

static void gather(Predicates *p, uint32_t first, uint32_t n)
{
    gather_true(p, first, n);
    if (p->unknown_count) gather_false(p, first, n);
    for (uint32_t k = first; !p->unknown_count && k < first + n; k++)
        p->is_false[k] = ~p->is_true[k];
    if (!has_turned(p, first, n) && !p->turned[first / BATCH]) return;
    p->turned[first / BATCH] = 1;
    open_batch(p, first, n);
}

static uint32_t size_of_batch(const Predicates *p, uint32_t first)
{
    return p->words - first < BATCH ? p->words - first : BATCH;
}

void predicates_tick(Predicates *p)
{
    for (uint32_t i = 0; i < p->family_count; i++) {
        Family *f = &p->families[i];

        if (is_as_before(f)) continue;
        f->has_seen = true;
        follow_family(p, f);
    }
    for (uint32_t i = 0; p->has_moved && i < p->words; i += BATCH)
        gather(p, i, size_of_batch(p, i));
}

/* ---- the tick is over ---------------------------------------------------------------------------- */

/* Lanes that have just stopped being something were it last at the tick before. */
static void note_stopped(uint64_t *last, uint64_t stopped, uint32_t word, uint64_t tick)
{
    for (; stopped; stopped &= stopped - 1)
        last[word * 64 + (uint32_t)__builtin_ctzll(stopped)] = tick;
}

/* A lane that was true fires no more until it has been false. */
static void close_batch(Predicates *p, uint32_t first, uint32_t n, uint64_t before)
{
    for (uint32_t i = first; i < first + n; i++) {
        note_stopped(p->last_false, p->was_false[i] & ~p->is_false[i], i, before);
        note_stopped(p->last_true, p->was_true[i] & ~p->is_true[i], i, before);
        p->was_false[i] = p->is_false[i];
        p->was_true[i] = p->is_true[i];
        p->armed[i] = (p->armed[i] | p->is_false[i]) & ~p->is_true[i];
        p->open[i] &= ~p->of_kind[LANE_EDGE][i];
    }
}

void predicates_close(Predicates *p)
{
    uint64_t before = p->closed_tick;

    p->closed_tick = p->pool->tick;
    for (uint32_t i = 0; p->has_moved && i < p->words; i += BATCH) {
        if (!p->turned[i / BATCH]) continue;
        p->turned[i / BATCH] = 0;
        close_batch(p, i, size_of_batch(p, i), before);
    }
    p->has_moved = false;
}

uint64_t predicates_last_false(const Predicates *p, uint32_t lane)
{
    return get_bit(p->was_false, lane) ? p->closed_tick : p->last_false[lane];
}

uint64_t predicates_last_true(const Predicates *p, uint32_t lane)
{
    return get_bit(p->was_true, lane) ? p->closed_tick : p->last_true[lane];
}
