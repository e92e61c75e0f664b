/* vm.c — instances: memory laid out once, parts run, sets committed, slots and days opened. */
#include "vm/vm.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/fuse.h"
#include "vm/gates.h"

enum { PARAM_WHOLE = 2 };

/* ---- making an instance ------------------------------------------------------------------------- */

static bool is_param_fine(const ParamRow *p, double v)
{
    if (!num_is_finite(v) || v < p->low || v > p->high) return false;
    return !(p->flags & PARAM_WHOLE) || num_rint(v) == v;
}

static double fixed_number(const Vm *vm, uint16_t operand)
{
    return vm->nums[vm->bases[operand >> 12] + (operand & OPND_INDEX)];
}

/* What follows from the params alone, in order. */
static void derive(Vm *vm)
{
    const Image *img = vm->image;
    double *to = vm->nums + vm->bases[OPND_PARAM >> 12] + img->params_count;

    for (uint32_t i = 0; i < img->derived_count; i++) {
        const DerivedRow *d = &img->derived[i];
        bool is_binary = op_operand(op_info(d->op), 2) == OPERAND_N;

        to[i] = op_apply(d->op, fixed_number(vm, d->a), is_binary ? fixed_number(vm, d->b) : 0);
    }
}

/* One array: shared registers, wallet registers, constants, params, what follows from them. */
static bool lay_numbers(Vm *vm, const double *params, Arena *arena)
{
    const Image *img = vm->image;
    const ImageMeta *m = img->meta;
    uint32_t count = 0, at;

    vm->bases[OPND_SHARED >> 12] = 0;
    vm->bases[OPND_WALLET >> 12] = count = m->shared_regs;
    vm->bases[OPND_CONST >> 12] = count += m->wallet_regs;
    vm->bases[OPND_PARAM >> 12] = count += img->consts_count;
    vm->bases[OPND_SHAREDQ >> 12] = 0;
    vm->bases[OPND_WALLETQ >> 12] = m->shared_qregs;
    vm->nums = arena_array(arena, double, count + img->params_count + img->derived_count);
    vm->conds = arena_array(arena, uint8_t, m->shared_qregs + m->wallet_qregs);
    if (arena_is_full(arena)) return false;
    at = vm->bases[OPND_CONST >> 12];
    for (uint32_t i = 0; i < img->consts_count; i++)
        vm->nums[at + i] = img->consts[i];
    at = vm->bases[OPND_PARAM >> 12];
    for (uint32_t i = 0; i < img->params_count; i++) {
        double v = params ? params[i] : img->params[i].value;

        if (!is_param_fine(&img->params[i], v)) return false;
        vm->nums[at + i] = v + 0.0;
    }
    derive(vm);
    return true;
}

/* Value of a constant or param operand of a row; 0 when there is none. */
static double row_operand(const Vm *vm, uint16_t operand)
{
    return operand == OPND_NONE ? 0 : fixed_number(vm, operand);
}

static bool link_rows(Vm *vm, Arena *arena)
{
    const Image *img = vm->image;

    vm->links = arena_array(arena, StateLink, img->state_count);
    vm->sets = arena_array(arena, uint32_t, img->state_count);
    if (arena_is_full(arena)) return false;
    for (uint32_t i = 0; i < img->state_count; i++) {
        const StateRow *row = &img->state[i];

        if (!state_link(row, row_operand(vm, row->window), row_operand(vm, row->init),
                        &vm->links[i]))
            return false;
        if (row->kind == SK_NUM || row->kind == SK_BOOL) vm->sets[vm->set_count++] = i;
    }
    return true;
}

static void list_blocks(Vm *vm, const CodeSection *code, Arena *arena)
{
    for (uint32_t i = code->block_count; i > 0;
         i--) { /* the last of an event has the highest index */
        const BlockRow *b = &code->blocks[i - 1];
        BlockList *list = &vm->blocks[b->part][b->event];

        if (!list->rows) {
            list->count = b->index + 1U;
            list->rows = arena_array(arena, const BlockRow *, list->count);
            list->fused = arena_array(arena, Fused *, list->count);
            list->gates = arena_array(arena, Gates *, list->count);
            if (arena_is_full(arena)) return;
        }
        list->rows[b->index] = b;
    }
}

static double *unknown_inputs(const Image *img, Arena *arena)
{
    double *inputs = arena_array(arena, double, img->inputs_count);

    if (arena_is_full(arena)) return NULL;
    for (uint32_t i = 0; i < img->inputs_count; i++)
        inputs[i] = UNKNOWN;
    return inputs;
}

/* Restarts the rows of one space for which `picks` holds. */
typedef struct Pick {
    uint8_t life, market;
    bool is_all;
} Pick;

static void reset_rows(const Vm *vm, char *state, uint8_t space, Pick pick)
{
    for (uint32_t i = 0; i < vm->image->state_count; i++) {
        const StateLink *s = &vm->links[i];
        bool is_slot =
            s->market == pick.market || (pick.market < 16 && s->slots >> pick.market & 1);
        bool is_meant = s->life == pick.life && (s->life != STATE_SLOT || is_slot);

        if (s->space == space && (pick.is_all || is_meant)) memory_reset(s, state + s->offset);
    }
}

static void fuse_blocks(Vm *vm, Arena *arena)
{
    const CodeSection *shared = &vm->image->shared;

    for (uint32_t i = 0; i < shared->block_count; i++) {
        const BlockRow *b = &shared->blocks[i];
        Fused *fused = fuse_block(vm, (EventKind)b->event, b->index, arena);

        vm->blocks[PART_U][b->event].fused[b->index] = fused;
        vm->rules[b->event].rows[b->index].fused = fused;
    }
}

static void list_gates(Vm *vm, Arena *arena)
{
    const CodeSection *wallet = &vm->image->wallet;

    for (uint32_t i = 0; i < wallet->block_count; i++) {
        const BlockRow *b = &wallet->blocks[i];

        vm->blocks[b->part][b->event].gates[b->index] = gates_of_block(vm, b, arena);
    }
}

static void list_rules(Vm *vm, EventKind kind, Arena *arena)
{
    const BlockList *u = &vm->blocks[PART_U][kind], *v = &vm->blocks[PART_V][kind];
    uint32_t count = u->count > v->count ? u->count : v->count;
    VmRules *rows = arena_array(arena, VmRules, count);

    if (arena_is_full(arena)) return;
    for (uint32_t i = 0; i < u->count; i++)
        rows[i].shared = u->rows[i];
    for (uint32_t i = 0; i < v->count; i++) {
        rows[i].wallet = v->rows[i];
        rows[i].gates = v->gates[i];
    }
    vm->rules[kind] = (RuleList){rows, count};
}

Vm *vm_new_small(const Image *image, const double *params, Arena *arena)
{
    /* Lists that few events look at stand in front, so that the rest lies close together. */
    BlockList(*blocks)[EV_KINDS] = arena_alloc_array(arena, PARTS, sizeof *blocks);
    RuleList *rules = arena_array(arena, RuleList, EV_KINDS);
    Vm *vm = arena_new(arena, Vm);

    if (arena_is_full(arena)) return NULL;
    *vm = (Vm){.image = image, .arena = arena, .blocks = blocks, .rules = rules};
    if (!lay_numbers(vm, params, arena) || !link_rows(vm, arena)) return NULL;
    vm->inputs = unknown_inputs(image, arena);
    vm->last_false = arena_array(arena, uint64_t, image->rules_count);
    vm->state = arena_alloc(arena, image->meta->shared_state);
    list_blocks(vm, &image->shared, arena);
    list_blocks(vm, &image->wallet, arena);
    if (arena_is_full(arena)) return NULL;
    reset_rows(vm, vm->state, SPACE_SHARED, (Pick){.is_all = true});
    list_gates(vm, arena);
    for (uint32_t kind = 0; kind < EV_KINDS; kind++)
        list_rules(vm, (EventKind)kind, arena);
    return arena_is_full(arena) ? NULL : vm;
}

Vm *vm_new(const Image *image, const double *params, Arena *arena)
{
    Vm *vm = vm_new_small(image, params, arena);

    if (!vm) return NULL;
    fuse_blocks(vm, arena);
    return arena_is_full(arena) ? NULL : vm;
}

VmWallet *vm_wallet_new(Vm *vm, Arena *arena)
{
    VmWallet *w = arena_new(arena, VmWallet);

    if (arena_is_full(arena)) return NULL;
    w->vm = vm;
    w->inputs = unknown_inputs(vm->image, arena);
    w->state = arena_alloc(arena, vm->image->meta->wallet_state);
    if (arena_is_full(arena)) return NULL;
    reset_rows(vm, w->state, SPACE_WALLET, (Pick){.is_all = true});
    return w;
}

/* ---- what the engine writes ---------------------------------------------------------------------- */

double *vm_inputs(Vm *vm)
{
    return vm->inputs;
}

double *vm_wallet_inputs(VmWallet *w)
{
    return w->inputs;
}

void vm_set_books(Vm *vm, const TokenBook *const *books, uint32_t count)
{
    vm->books = books;
    vm->book_count = count;
}

void vm_set_held(VmWallet *w, const double *held, uint32_t tokens)
{
    w->held = held;
    w->held_tokens = tokens;
}

void vm_set_trace(Vm *vm, Trace *t)
{
    vm->trace = t;
    vm->is_plain = t != NULL;
}

void vm_slot_open(Vm *vm, VmWallet *w, uint8_t market, uint64_t event_count)
{
    Pick pick = {.life = STATE_SLOT, .market = market};

    reset_rows(vm, vm->state, SPACE_SHARED, pick);
    if (w) reset_rows(vm, w->state, SPACE_WALLET, pick);
    for (uint32_t i = 0; i < vm->image->rules_count; i++) {
        uint64_t markets = vm->image->rules[i].markets;

        if (!markets || (market < 64 && markets >> market & 1))
            vm->last_false[i] = arm_stamp_open(event_count);
    }
}

void vm_day_open(Vm *vm, VmWallet *w)
{
    Pick pick = {.life = STATE_DAY};

    reset_rows(vm, vm->state, SPACE_SHARED, pick);
    if (w) reset_rows(vm, w->state, SPACE_WALLET, pick);
}

/* ---- running ------------------------------------------------------------------------------------ */

static const BlockRow *find_block(const Vm *vm, Part part, EventKind kind, uint16_t index)
{
    const BlockList *list = &vm->blocks[part][kind];

    return index < list->count ? list->rows[index] : NULL;
}

bool vm_has_block(const Vm *vm, Part part, EventKind kind, uint16_t index)
{
    return find_block(vm, part, kind, index) != NULL;
}

/* The linked form where it means the same: no trace, the clocks it was made for (never those of staleness). */
static inline const Fused *find_fused(const Vm *vm, const VmEvent *ev)
{
    const BlockList *list = &vm->blocks[PART_U][ev->kind];
    const Fused *fused = ev->index < list->count ? list->fused[ev->index] : NULL;

    if (!fused || vm->is_plain) return NULL;
    return (ev->clocks & fused->used) == fused->expected ? fused : NULL;
}

static void run_shared(Vm *vm, const VmEvent *ev, VmOut *out)
{
    const Fused *fused = find_fused(vm, ev);
    const BlockRow *block;
    Run run = {vm, NULL, ev, out};

    if (fused) {
        exec_fused(&run, fused);
        return;
    }
    if (vm->trace) trace_event(vm->trace, ev);
    block = find_block(vm, PART_U, (EventKind)ev->kind, ev->index);
    if (block) exec_scalar(&run, vm->image->shared.words, block->first);
}

static void run_wallet(Vm *vm, VmWallet *w, Part part, const VmEvent *ev, VmOut *out)
{
    const BlockList *list = &vm->blocks[part][ev->kind];
    const Gates *gates;
    Run run = {vm, w, ev, out};

    if (ev->index >= list->count || !list->rows[ev->index]) return;
    gates = list->gates[ev->index];
    if (gates && !vm->is_plain && gates_are_shut(gates, w, ev->count)) return;
    exec_scalar(&run, vm->image->wallet.words, list->rows[ev->index]->first);
}

void vm_shared(Vm *vm, const VmEvent *ev, VmOut *out)
{
    run_shared(vm, ev, out);
}

void vm_wallet(Vm *vm, VmWallet *w, Part part, const VmEvent *ev, VmOut *out)
{
    run_wallet(vm, w, part, ev, out);
}

const VmRules *vm_rules_of(const Vm *vm, EventKind kind, uint16_t index)
{
    const RuleList *list = &vm->rules[kind];
    const VmRules *rules = index < list->count ? &list->rows[index] : NULL;

    return rules && (rules->shared || rules->wallet) ? rules : NULL;
}

/* Without the linked form: a trace, staleness, clocks it was not made for. */
__attribute__((noinline)) static void rules_plain(Vm *vm, VmWallet *w, const VmEvent *ev,
                                                  VmOut *out)
{
    run_shared(vm, ev, out);
    run_wallet(vm, w, PART_V, ev, out);
}

/* Part V where not all is false. */
__attribute__((noinline)) static void run_gated(Run *run, VmWallet *w, const VmRules *rules)
{
    if (!rules->wallet) return;
    if (rules->gates && gates_are_shut(rules->gates, w, run->ev->count)) return;
    run->wallet = w;
    exec_scalar(run, run->vm->image->wallet.words, rules->wallet->first);
}

void vm_rules(Vm *vm, VmWallet *w, const VmRules *rules, const VmEvent *ev, VmOut *out)
{
    const Fused *fused = rules->fused;
    Run run = {vm, NULL, ev, out};

    if (UNLIKELY(!fused || vm->is_plain || (ev->clocks & fused->used) != fused->expected)) {
        rules_plain(vm, w, ev, out);
        return;
    }
    exec_fused(&run, fused);
    if (LIKELY(rules->gates && gates_are_false(rules->gates, run.ev->count))) return;
    run_gated(&run, w, rules);
}

void vm_rules_known(Vm *vm, VmWallet *w, const VmRules *rules, const VmEvent *ev, VmOut *out)
{
    Run run = {vm, NULL, ev, out};

    if (UNLIKELY(vm->is_plain))
        run_wallet(vm, w, PART_V, ev, out);
    else
        run_gated(&run, w, rules);
}

void vm_commit(Vm *vm, VmWallet *w)
{
    for (uint32_t i = 0; i < vm->set_count; i++) {
        const StateLink *s = &vm->links[vm->sets[i]];
        char *state = s->space == SPACE_SHARED ? vm->state : w ? w->state : NULL;
        MemState *m = state ? (MemState *)(void *)(state + s->offset) : NULL;

        if (!m || !m->has_next) continue;
        m->out = m->next;
        m->is_set = 1;
        m->next = (Held){.cond = 0};
        m->has_next = 0;
    }
}

/* ---- looking ------------------------------------------------------------------------------------ */

double vm_state_num(const Vm *vm, const VmWallet *w, uint32_t row)
{
    const StateLink *s = &vm->links[row];
    const char *state = s->space == SPACE_SHARED ? vm->state : w->state;
    const Held *out = (const Held *)(const void *)(state + s->offset);

    if (memory_kind((StateKind)s->kind)->output == OUTPUT_COND) return (double)out->cond;
    return out->num;
}

void vm_give_state(Vm *vm, VmWallet *w, uint32_t row, double value)
{
    const StateLink *s = &vm->links[row];
    char *state = s->space == SPACE_SHARED ? vm->state : w->state;
    MemState *m = (MemState *)(void *)(state + s->offset);

    if (s->kind == SK_BOOL)
        m->out.cond = num_is_known(value) ? (uint64_t)value : COND_UNKNOWN;
    else if (s->kind == SK_NUM)
        m->out.num = num_canon(value);
    else
        return;
    m->is_set = 1;
    m->has_next = 0;
}

double vm_param(const Vm *vm, uint32_t idx)
{
    return vm->nums[vm->bases[OPND_PARAM >> 12] + idx];
}

const Image *vm_image(const Vm *vm)
{
    return vm->image;
}

/* Words in the largest block: no event asks for more intents. */
static uint32_t most_words(const CodeSection *code)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < code->block_count; i++)
        if (code->blocks[i].count > most) most = code->blocks[i].count;
    return most;
}

VmOut vm_out_new(const Image *image, Arena *arena)
{
    VmOut out = {.intent_cap = most_words(&image->shared) + most_words(&image->wallet) + 1};

    out.intents = arena_array(arena, Intent, out.intent_cap);
    out.limits = arena_array(arena, VmValue, image->limits_count);
    out.shows = arena_array(arena, VmValue, image->shows_count);
    if (arena_is_full(arena)) return (VmOut){0};
    return out;
}

void vm_out_clear(VmOut *out, const Image *image)
{
    out->intent_count = 0;
    memset(out->limits, 0, image->limits_count * sizeof *out->limits);
    memset(out->shows, 0, image->shows_count * sizeof *out->shows);
}
