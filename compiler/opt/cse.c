/* cse.c — one value per expression, and one memory row per indicator.
 *
 * Two values are one when operation, arguments and what their row says are equal; for time operators
 * that includes window, clocks and life, so that equal indicators share a row.  The first one written
 * stays.  A recursive PREV has a memory of its own, and so has the arming of each rule. */
#include "compiler/opt/opt.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"

/* Everything that tells a value from others, as words. */
enum { KEY_WORDS = 5 };
typedef struct Key {
    uint64_t words[KEY_WORDS];
} Key;

static bool is_unique(const IrValue *v)
{
    return v->op == OP_ARM || (ir_is_time(v->op) && v->arg_count == 0);
}

static bool commutes(uint8_t op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_MIN || op == OP_MAX || op == OP_AND ||
           op == OP_OR || op == OP_EQ || op == OP_EQQ || op == OP_EQB;
}

static uint64_t row_key(const Ir *ir, const IrValue *v)
{
    const Input *in;

    if (v->op != OP_LDI && v->op != OP_LDW && v->op != OP_LDE) return v->row;
    in = &vec_at(&ir->inputs, v->row);
    return (uint64_t)in->field << 32 | (uint64_t)in->market << 16 | in->index;
}

static Key key_of(const Ir *ir, const IrValue *v)
{
    uint32_t first = v->args[0], second = v->args[1];
    Key k = {{(uint64_t)v->op << 8 | v->flags}};

    if (commutes(v->op) && first > second) {
        first = v->args[1];
        second = v->args[0];
    }
    k.words[1] = first | (uint64_t)second << 32;
    k.words[2] = v->args[2] | (uint64_t)IR_NONE << 32;
    if (ir_is_time(v->op)) {
        const IrState *s = &ir->states.items[v->row];
        k.words[0] |= (uint64_t)s->kind << 32 | (uint64_t)s->life << 40 |
                      (uint64_t)s->market << 48 | (uint64_t)s->flags << 56;
        k.words[2] = v->args[2] | (uint64_t)s->window << 32;
        k.words[3] = s->clocks;
        k.words[4] = s->slots;
    } else {
        k.words[3] = row_key(ir, v);
    }
    if (v->op == IR_CONST) k.words[4] = num_bits(v->num);
    return k;
}

/* Open addressing; looked up only, never walked. */
typedef struct Table {
    uint32_t *slots; /* value + 1, or 0 */
    Key *keys;       /* by value */
    uint32_t mask;
} Table;

static bool table_init(Table *t, Ir *ir)
{
    uint32_t size = 16;

    while (size < 2 * ir->values.count)
        size *= 2;
    t->mask = size - 1;
    t->slots = arena_array(ir->arena, uint32_t, size);
    t->keys = arena_array(ir->arena, Key, ir->values.count);
    return t->slots && t->keys && !arena_is_full(ir->arena);
}

/* The first value with this key, which is `v` when there was none. */
static uint32_t table_find(Table *t, uint32_t v)
{
    uint64_t h = 0;

    for (uint32_t i = 0; i < KEY_WORDS; i++)
        h = hash_mix(h, t->keys[v].words[i]);
    for (uint32_t at = (uint32_t)h & t->mask;; at = (at + 1) & t->mask) {
        if (!t->slots[at]) {
            t->slots[at] = v + 1;
            return v;
        }
        if (memcmp(&t->keys[t->slots[at] - 1], &t->keys[v], sizeof(Key)) == 0)
            return t->slots[at] - 1;
    }
}

/* Constants and params first: they may stand behind their users. */
static void merge(Ir *ir, Table *t, uint32_t *map, bool fixed)
{
    for (uint32_t v = 0; v < ir->values.count; v++) {
        IrValue *value = ir_value(ir, v);
        if (ir_is_given(ir, v) != fixed) continue;
        for (uint32_t i = 0; i < value->arg_count; i++)
            value->args[i] = map[value->args[i]];
        map[v] = v;
        if (is_unique(value)) continue;
        if (ir_is_time(value->op)) {
            IrState *s = &vec_at(&ir->states, value->row);
            if (s->window != IR_NONE) s->window = map[s->window];
        }
        t->keys[v] = key_of(ir, value);
        map[v] = table_find(t, v);
        if (map[v] != v) ir->is_folded = false;
    }
}

bool pass_cse(Ir *ir)
{
    Table t;
    uint32_t *map;

    if (ir->is_merged) return true;
    ir->is_merged = true;
    map = arena_array(ir->arena, uint32_t, ir->values.count);
    if (!map || !table_init(&t, ir)) return false;
    merge(ir, &t, map, true);
    merge(ir, &t, map, false);
    opt_replace(ir, map);
    return true;
}
