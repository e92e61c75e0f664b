/* columns_ahead.c — conditions of slots that are still to come, all of them in one pass a term.
 *
 * In: slots told ahead, and what their openings will say as the source forecasts it.  A term is worked out
 * over all words of all these slots in which it still matters, so that one piece of code runs at a time and
 * what the next pass reads is on its way.  When a slot comes its masks are taken over if the forecast held;
 * else nothing of this is looked at.  Promise: they are the masks that the sheet would have worked out. */
#include <string.h>

#include "vm/base/bug.h"
#include "vm/columns_inside.h"

enum {
    AHEAD_WORDS = COLUMN_SLOTS * SHEET_WORDS,
    AHEAD_PLACES = 64, /* conditions: 4 KB each */
    AHEAD_TOLD = 8,
    SEEN = NO_NODE - 1 /* in place of a place: a number that is fine */
};

typedef struct Root { /* a condition that is asked for */
    uint16_t node;
    /* comparisons of what only rises or falls: where one is false, it is */
    uint16_t told[AHEAD_TOLD];
    uint32_t told_count;
} Root;

typedef struct AheadWord {
    uint32_t first;
    uint8_t count, slot;
} AheadWord;

struct Ahead {
    uint16_t *places; /* by node: where its masks are; NO_NODE: nowhere */
    uint32_t place_count;
    uint16_t *uses; /* by node: how many look at it */
    Root *roots;
    bool *is_warm; /* by node: an average that lives on is in it */
    bool *is_told; /* by node: of the present root, and its masks stand there already */
    uint32_t root_count;
    Mask (*masks)[AHEAD_WORDS]; /* by place and word */
    AheadWord words[AHEAD_WORDS];
    uint32_t word_count;
    ColumnSlot slots[COLUMN_SLOTS];
    uint32_t first_words[COLUMN_SLOTS], slot_count;
    uint32_t slot; /* the one inputs are those of */
};

/* ---- what may be worked out ahead ---------------------------------------------------------------- */

static bool is_alone(const Columns *c, const Node *n)
{
    if (n->is_volatile || n->kind == NODE_HELD || n->kind == NODE_BOOK || n->kind == NODE_ARM)
        return false;
    return n->kind != NODE_ROW || c->rows[n->row].is_lane || c->rows[n->row].is_warm;
}

/* The side of an AND or OR that is asked first: the cheaper one. */
static uint16_t first_side(const Columns *c, const Node *n)
{
    return c->nodes[n->b].cost < c->nodes[n->a].cost ? n->b : n->a;
}

static bool is_short(const Node *n)
{
    return n->kind == NODE_LOGIC && (n->op == OP_AND || n->op == OP_OR);
}

/* Where nobody else looks at what is asked first, the masks of both stand in one place: where that side decides they
 * are the same. */
static uint16_t new_place(const Columns *c, Ahead *a, const Node *n)
{
    if (is_short(n) && a->uses[first_side(c, n)] == 1) return a->places[first_side(c, n)];
    return a->place_count == AHEAD_PLACES ? NO_NODE : (uint16_t)a->place_count++;
}

/* Do ticks, slots and averages that run slots abreast say all of it?  Takes places for its conditions. */
static bool plan(const Columns *c, Ahead *a, uint16_t at)
{
    const Node *n = at == NO_NODE ? NULL : &c->nodes[at];

    if (!n || a->places[at] != NO_NODE) return true;
    if (!is_alone(c, n)) return false;
    if (!plan(c, a, n->a) || !plan(c, a, n->b) || !plan(c, a, n->c)) return false;
    a->places[at] = n->is_cond ? new_place(c, a, n) : SEEN;
    return a->places[at] != NO_NODE;
}

static bool plan_root(const Columns *c, Ahead *a, uint16_t at)
{
    uint32_t before = a->place_count;

    if (c->nodes[at].is_cond && plan(c, a, at)) return true;
    for (uint32_t i = 0; i < c->node_count; i++)
        if (a->places[i] != NO_NODE && a->places[i] >= before) a->places[i] = NO_NODE;
    a->place_count = before;
    return false;
}

/* Nodes with an average that lives on in them; arguments stand in front. */
static void find_warm(const Columns *c, bool *warm)
{
    for (uint32_t i = 0; i < c->node_count; i++) {
        const Node *n = &c->nodes[i];

        warm[i] = (n->kind == NODE_ROW && c->rows[n->row].is_warm) ||
                  (n->a != NO_NODE && warm[n->a]) || (n->b != NO_NODE && warm[n->b]) ||
                  (n->c != NO_NODE && warm[n->c]);
    }
}

static void count_uses(const Columns *c, Ahead *a, const uint16_t *regs, uint32_t count)
{
    for (uint32_t i = 0; i < c->node_count; i++) {
        const Node *n = &c->nodes[i];

        if (n->a != NO_NODE) a->uses[n->a]++;
        if (n->b != NO_NODE) a->uses[n->b]++;
        if (n->c != NO_NODE) a->uses[n->c]++;
    }
    for (uint32_t i = 0; i < count; i++)
        a->uses[c->cond_of[regs[i]]] += 2;
}

static bool is_steady(const Columns *c, uint16_t at)
{
    const Node *n = &c->nodes[at];
    uint32_t input;

    return n->kind == NODE_COMPARE && columns_compared(c, n, &input) &&
           c->source.motions[input] >= INPUT_RISES;
}

/* A WITHIN is false only where both of its comparisons are known: both are told. */
static void find_told(const Columns *c, Root *root, uint16_t at)
{
    const Node *n = &c->nodes[at];
    bool is_both = n->kind == NODE_WITHIN && is_steady(c, n->a) && is_steady(c, n->b);

    if (root->told_count + 2 > AHEAD_TOLD) return;
    if (is_steady(c, at)) root->told[root->told_count++] = at;
    if (!is_both && (n->kind != NODE_LOGIC || n->op != OP_AND)) return;
    find_told(c, root, n->a);
    find_told(c, root, n->b);
}

bool columns_plan_ahead(Columns *c, const uint16_t *regs, uint32_t count, Arena *arena)
{
    Ahead *a = arena_new(arena, Ahead);

    a->places = arena_array(arena, uint16_t, c->node_count + 1);
    a->uses = arena_array(arena, uint16_t, c->node_count + 1);
    a->roots = arena_array(arena, Root, count + 1);
    a->is_warm = arena_array(arena, bool, c->node_count + 1);
    a->is_told = arena_array(arena, bool, c->node_count + 1);
    if (arena_is_full(arena)) return false;
    memset(a->places, 0xFF, c->node_count * sizeof *a->places);
    if (c->sheet_most == WORD || !c->source.ahead) return true;
    count_uses(c, a, regs, count);
    find_warm(c, a->is_warm);
    for (uint32_t i = 0; i < count; i++)
        if (plan_root(c, a, c->cond_of[regs[i]])) {
            a->roots[a->root_count].node = c->cond_of[regs[i]];
            find_told(c, &a->roots[a->root_count++], c->cond_of[regs[i]]);
        }
    a->masks = arena_alloc_array(arena, a->place_count, sizeof *a->masks);
    if (a->root_count) c->ahead = a;
    return !arena_is_full(arena);
}

/* ---- words of several slots ---------------------------------------------------------------------- */

typedef struct WordSet {
    uint64_t bits[AHEAD_WORDS / WORD];
} WordSet;

static inline void add(WordSet *s, uint32_t word)
{
    s->bits[word / WORD] |= UINT64_C(1) << word % WORD;
}

/* Takes the first one out; false: there is none. */
static inline bool take_first(WordSet *s, uint32_t *ret_word)
{
    for (uint32_t i = 0; i < AHEAD_WORDS / WORD; i++) {
        if (!s->bits[i]) continue;
        *ret_word = i * WORD + (uint32_t)__builtin_ctzll(s->bits[i]);
        s->bits[i] &= s->bits[i] - 1;
        return true;
    }
    return false;
}

static void enter_slot(Columns *c, uint32_t slot)
{
    Ahead *a = c->ahead;

    if (a->slot == slot) return;
    a->slot = slot;
    c->source.ahead(c->source.ctx, slot);
    if (c->warm) warm_ahead(c, slot);
    if (slot == SLOT_AT_HAND) return;
    c->lane = slot < c->lane_count ? slot : c->lane_count;
    columns_stretch(c, a->slots[slot].begin, a->slots[slot].end);
}

static void enter(Columns *c, uint32_t word)
{
    const AheadWord *w = &c->ahead->words[word];

    enter_slot(c, w->slot);
    columns_begin(c, w->first, w->count);
}

static Mask *masks_of(const Columns *c, uint16_t at)
{
    return c->ahead->masks[c->ahead->places[at]];
}

/* ---- terms --------------------------------------------------------------------------------------- */

/* Where it turned over in the slot before is looked at first. */
static void expect_flips(const Columns *c, uint16_t at, uint32_t input)
{
    const Ahead *a = c->ahead;

    for (uint32_t s = 0; CAN_PREFETCH && s < a->slot_count; s++) {
        uint32_t guess = a->slots[s].begin + c->steady[at].offset;

        if (guess < a->slots[s].end) c->source.expect(c->source.ctx, input, guess, 1);
    }
}

static void work_out_steady(Columns *c, uint16_t at, WordSet words)
{
    Mask *to = masks_of(c, at);
    const Steady *s = NULL;
    uint32_t w, slot = SLOT_AT_HAND;

    while (take_first(&words, &w)) {
        const AheadWord *word = &c->ahead->words[w];

        if (word->slot != slot) {
            enter_slot(c, slot = word->slot);
            s = steady_of(c, at);
        }
        if (s) {
            to[w] = steady_mask(s, word->first, WORD);
        } else {
            enter(c, w);
            to[w] = columns_leaf(c, at);
        }
    }
}

/* An input and a number: what blocks of facts decide first, then the rest. */
static void work_out_input(Columns *c, uint16_t at, uint32_t input, WordSet words)
{
    Mask *to = masks_of(c, at);
    WordSet rest = {{0}};
    uint32_t w;

    while (take_first(&words, &w)) {
        enter(c, w);
        if (columns_decide(c, &c->nodes[at], &to[w])) continue;
        add(&rest, w);
        if (CAN_PREFETCH) c->source.expect(c->source.ctx, input, c->first, c->count);
    }
    while (take_first(&rest, &w)) {
        enter(c, w);
        to[w] = columns_compare(c, &c->nodes[at]);
    }
}

static void work_out_leaf(Columns *c, uint16_t at, WordSet words)
{
    const Node *n = &c->nodes[at];
    uint32_t input, w;

    if (n->kind == NODE_COMPARE && columns_compared(c, n, &input)) {
        if (c->source.motions[input] < INPUT_RISES) {
            work_out_input(c, at, input, words);
            return;
        }
        if (c->ahead->is_told[at]) return;
        expect_flips(c, at, input);
        work_out_steady(c, at, words);
        return;
    }
    while (take_first(&words, &w)) {
        enter(c, w);
        masks_of(c, at)[w] = n->kind == NODE_COMPARE ? columns_compare(c, n) : columns_leaf(c, at);
    }
}

/* ---- conditions ---------------------------------------------------------------------------------- */

static void join(Columns *c, uint16_t at, WordSet words)
{
    const Node *n = &c->nodes[at];
    const Mask none = {0, 0}, *a = masks_of(c, n->a);
    const Mask *b = n->b == NO_NODE ? NULL : masks_of(c, n->b);
    const Mask *third = n->c == NO_NODE ? NULL : masks_of(c, n->c);
    Mask *to = masks_of(c, at);
    bool is_and = n->kind == NODE_LOGIC && n->op == OP_AND;
    uint32_t w;

    while (take_first(&words, &w))
        if (is_and) /* most are */
            to[w] = (Mask){a[w].is_true & b[w].is_true, a[w].is_false | b[w].is_false};
        else
            to[w] = columns_join(n->kind, n->op, a[w], b ? b[w] : none, third ? third[w] : none);
}

/* Those words that the first side leaves open; the others are as it says. */
static WordSet undecided(Columns *c, uint16_t at, uint16_t first, WordSet words)
{
    const Mask *from = masks_of(c, first);
    Mask *to = masks_of(c, at);
    bool is_and = c->nodes[at].op == OP_AND;

    for (uint32_t i = 0; i < AHEAD_WORDS / WORD; i++) {
        uint64_t open = 0;

        for (uint64_t left = words.bits[i]; left; left &= left - 1) {
            uint32_t w = i * WORD + (uint32_t)__builtin_ctzll(left);
            uint64_t rest = UINT64_MAX >> (WORD - c->ahead->words[w].count);

            if (to != from) to[w] = from[w];
            if (~(is_and ? from[w].is_false : from[w].is_true) & rest) open |= left & -left;
        }
        words.bits[i] = open;
    }
    return words;
}

/* Gives the words that an AND or OR left open; all of them for others. */
static WordSet work_out(Columns *c, uint16_t at, WordSet words)
{
    const Node *n = &c->nodes[at];

    if (is_short(n)) {
        uint16_t first = first_side(c, n);
        WordSet open = work_out(c, first, words);

        if (!is_short(&c->nodes[first]) || c->nodes[first].op != n->op ||
            masks_of(c, first) != masks_of(c, at))
            open = words; /* it says nothing about the others, or they are to be copied */
        open = undecided(c, at, first, open);
        (void)work_out(c, first == n->a ? n->b : n->a, open);
        join(c, at, open);
        return open;
    }
    if (n->kind != NODE_LOGIC && n->kind != NODE_CHOICE && n->kind != NODE_WITHIN) {
        work_out_leaf(c, at, words);
        return words;
    }
    (void)work_out(c, n->a, words);
    if (n->b != NO_NODE) (void)work_out(c, n->b, words);
    if (n->c != NO_NODE) (void)work_out(c, n->c, words);
    join(c, at, words);
    return words;
}

/* ---- words that time alone shuts ------------------------------------------------------------------ */

static void begin_told(Columns *c, const Root *root)
{
    uint32_t input;

    for (uint32_t i = 0; i < root->told_count; i++) {
        c->ahead->is_told[root->told[i]] = true;
        (void)columns_compared(c, &c->nodes[root->told[i]], &input);
        expect_flips(c, root->told[i], input);
    }
}

/* Ticks of the present slot outside of which some comparison of what only rises or falls is false; all of it where one
 * may be unknown. */
static ColumnSlot open_ticks(Columns *c, const Root *root)
{
    ColumnSlot slot = {c->stretch_first, c->stretch_end}, open = slot;

    for (uint32_t i = 0; i < root->told_count; i++) {
        const Steady *s = steady_of(c, root->told[i]);

        if (!s) return slot;
        if (s->before == COND_FALSE && s->flip > open.begin) open.begin = s->flip;
        if (s->after == COND_FALSE && s->flip < open.end) open.end = s->flip;
    }
    return open;
}

static void put_told(Columns *c, uint16_t at, uint32_t from, uint32_t to)
{
    const Steady *s = steady_of(c, at);
    Mask *masks = masks_of(c, at);

    if (!s) c->ahead->is_told[at] = false; /* it is worked out like others */
    for (uint32_t w = from; s && w < to; w++)
        masks[w] = steady_mask(s, c->ahead->words[w].first, WORD);
}

/* Those of the present slot's words from .. to that stay open; the others are false, and what is told stands there. */
static void open_words(Columns *c, const Root *root, uint32_t from, uint32_t to, WordSet *ret)
{
    ColumnSlot open = open_ticks(c, root);
    Mask *masks = masks_of(c, root->node);
    uint32_t first = from + (open.begin - c->stretch_first) / WORD, last = first;

    if (open.begin < open.end)
        last = from + (open.end - c->stretch_first + WORD - 1) / WORD;
    else
        first = last = to;
    for (uint32_t w = from; w < to; w++)
        if (w < first || w >= last) masks[w] = (Mask){0, UINT64_MAX};
    for (uint32_t w = first; w < last; w++)
        add(ret, w);
    for (uint32_t i = 0; i < root->told_count; i++)
        put_told(c, root->told[i], first, last);
}

static void work_out_root(Columns *c, const Root *root)
{
    Ahead *a = c->ahead;
    WordSet open = {{0}};

    begin_told(c, root);
    for (uint32_t s = 0; s < a->slot_count; s++) {
        uint32_t from = a->first_words[s];
        uint32_t to = s + 1 < a->slot_count ? a->first_words[s + 1] : a->word_count;

        if (from == to) continue;
        enter_slot(c, s);
        open_words(c, root, from, to, &open);
    }
    (void)work_out(c, root->node, open);
    for (uint32_t i = 0; i < root->told_count; i++)
        a->is_told[root->told[i]] = false;
}

/* ---- the door ------------------------------------------------------------------------------------ */

static void lay_out(Ahead *a, const ColumnSlot *slots, uint32_t count)
{
    a->word_count = 0;
    a->slot_count = count;
    for (uint32_t s = 0; s < count; s++) {
        uint32_t left = slots[s].end - slots[s].begin;

        a->slots[s] = slots[s];
        a->first_words[s] = a->word_count;
        if (left > COLUMN_SHEET) continue; /* longer than a sheet: not taken over */
        for (uint32_t at = slots[s].begin; at < slots[s].end; at += WORD) {
            left = slots[s].end - at;
            a->words[a->word_count++] =
                (AheadWord){at, (uint8_t)(left < WORD ? left : WORD), (uint8_t)s};
        }
    }
}

bool columns_look_ahead(const Columns *c)
{
    return c->ahead != NULL;
}

void columns_ahead(Columns *c, const ColumnSlot *slots, uint32_t count)
{
    Ahead *a = c->ahead;
    uint32_t lane = c->lane, first = c->stretch_first, end = c->stretch_end;

    BUG_IF(!a || count > COLUMN_SLOTS);
    lay_out(a, slots, count);
    a->slot = SLOT_AT_HAND;
    for (uint32_t i = 0; i < a->root_count; i++)
        if (!a->is_warm[a->roots[i].node] || !warm_is_hopeless(c)) work_out_root(c, &a->roots[i]);
    enter_slot(c, SLOT_AT_HAND);
    c->lane = lane;
    columns_stretch(c, first, end);
}

/* Are all averages that live on what they were taken for? */
static bool are_led(const Columns *c)
{
    for (uint32_t i = 0; i < c->row_count; i++)
        if (c->rows[i].is_warm && !c->rows[i].is_led) return false;
    return true;
}

uint32_t columns_ahead_rises(const Columns *c, uint32_t slot, uint32_t *ticks, uint32_t most)
{
    const Ahead *a = c->ahead;
    uint32_t end = slot + 1 < a->slot_count ? a->first_words[slot + 1] : a->word_count, count = 0;

    for (uint32_t i = 0; i < a->root_count; i++) {
        const Mask *m = masks_of(c, a->roots[i].node);
        uint64_t before = 0; /* the top bit of the word before */

        for (uint32_t w = a->first_words[slot]; w < end; before = m[w++].is_true >> (WORD - 1)) {
            uint64_t rises = m[w].is_true & ~(m[w].is_true << 1 | before);

            for (; rises && count < most; rises &= rises - 1)
                ticks[count++] = a->words[w].first + (uint32_t)__builtin_ctzll(rises);
        }
    }
    return count;
}

bool columns_ahead_take(Columns *c, uint32_t slot)
{
    const Ahead *a = c->ahead;
    const ColumnSlot *s = &a->slots[slot];
    uint32_t words = (s->end - s->begin + WORD - 1) / WORD;
    bool is_any = false, has_led = are_led(c);

    BUG_IF(s->begin != c->sheet_first || s->end != c->sheet_end);
    for (uint32_t i = 0; i < a->root_count; i++) {
        if (a->is_warm[a->roots[i].node] && !has_led) continue;
        memcpy(c->sheets[a->roots[i].node], masks_of(c, a->roots[i].node) + a->first_words[slot],
               words * sizeof(Mask));
        c->sheet_stamps[a->roots[i].node] = c->sheet;
        is_any = true;
    }
    return is_any;
}
