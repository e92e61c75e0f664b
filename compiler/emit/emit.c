/* emit.c — the back of the compiler from end to end. */
#include "compiler/emit/emit.h"

#include "compiler/diag/diag.h"
#include "compiler/emit/emitter.h"
#include "compiler/ir/lower.h"
#include "compiler/ir/schedule.h"
#include "compiler/ir/validate.h"
#include "compiler/opt/opt.h"

enum { MAX_IMAGE = 16 << 20 };

Ir *emit_ir(const Program *program, const EmitOptions *options, Arena *arena)
{
    LowerOptions lower = {.has_tests = options->has_tests, .is_plain = options->is_plain};
    Ir *ir = ir_lower(program, lower, arena);

    if (!ir || !opt_run(ir)) return ir && ir->problem ? ir : NULL;
    if (!ir_schedule(ir)) return NULL;
    ir->problem = ir_validate(ir);
    return arena_is_full(arena) ? NULL : ir;
}

/* Windows follow from params; durations of clocks and sources are constants or params by themselves. */
static bool is_all_fixed(const Ir *ir, EmitResult *ret)
{
    for (size_t i = 0; i < ir->fixed.count; i++) {
        uint32_t v = ir->fixed.items[i];
        if (v == IR_NONE || ir_is_given(ir, v)) continue;
        ret->place = ir_value(ir, v)->place;
        return false;
    }
    for (size_t i = 0; i < ir->clocks.count; i++) {
        uint32_t v = ir->clocks.items[i].period;
        if (v == IR_NONE || ir_is_given(ir, v)) continue;
        ret->place = ir_value(ir, v)->place;
        return false;
    }
    for (size_t i = 0; i < ir->states.count; i++) {
        uint32_t v = ir->states.items[i].window;
        if (v == IR_NONE || ir_is_fixed(ir, v)) continue;
        ret->place = ir_value(ir, v)->place;
        return false;
    }
    return true;
}

/* Which bound of language 5.5 is passed, or NULL. */
static const char *find_excess(const Emitter *e)
{
    const Image *img = &e->image;

    if (e->regs.is_over) return diag_text(T_SAY_REGISTERS);
    if (e->cost > MAX_COST) return diag_text(T_SAY_WORDS_PER_EVENT);
    if (e->meta.shared_state > MAX_SHARED_STATE) return diag_text(T_SAY_SHARED_STATE);
    if (e->meta.wallet_state > MAX_WALLET_STATE) return diag_text(T_SAY_STATE_PER_WALLET);
    if (img->rules_count > MAX_RULES) return diag_text(T_SAY_RULES);
    if (img->actions_count > MAX_ACTIONS) return diag_text(T_SAY_ACTIONS);
    if (img->state_count > MAX_STATE_ROWS) return diag_text(T_SAY_MEMORIES);
    if (img->consts_count > MAX_CONSTS) return diag_text(T_SAY_CONSTANTS);
    if (img->inputs_count > MAX_INPUTS) return diag_text(T_SAY_INPUTS);
    if (img->limits_count > MAX_LIMITS) return diag_text(T_SAY_LIMITS);
    if (img->shows_count > MAX_SHOWS) return diag_text(T_SAY_SHOWS);
    for (uint32_t i = 0; i < img->state_count; i++)
        if (img->state[i].max_window > MAX_WINDOW) return diag_text(T_SAY_STEPS_OF_ONE_WINDOW);
    for (uint32_t i = 0; i < img->shared.block_count; i++)
        if (img->shared.blocks[i].count > MAX_CODE_WORDS) return diag_text(T_SAY_WORDS_OF_CODE);
    for (uint32_t i = 0; i < img->wallet.block_count; i++)
        if (img->wallet.blocks[i].count > MAX_CODE_WORDS) return diag_text(T_SAY_WORDS_OF_CODE);
    return NULL;
}

static void finish_image(Emitter *e, const EmitOptions *options)
{
    e->meta.shared_regs = e->regs.counts[0];
    e->meta.shared_qregs = e->regs.counts[1];
    e->meta.wallet_regs = e->regs.counts[2];
    e->meta.wallet_qregs = e->regs.counts[3];
    e->image.meta = &e->meta;
    e->image.consts = e->consts.items;
    e->image.consts_count = e->consts.count;
    e->image.strings = strings_section(&e->strings);
    if (!options->is_stripped) {
        e->image.lines = e->lines.items;
        e->image.lines_count = (uint32_t)e->lines.count;
        e->image.conds = e->conds.items;
        e->image.conds_count = (uint32_t)e->conds.count;
        e->image.source = options->source;
    }
    e->image.flags = (e->image.wallet.block_count ? IMAGE_HAS_WALLET : 0U) |
                     (options->is_stripped ? 0U : IMAGE_HAS_DEBUG) |
                     (options->has_tests ? IMAGE_IS_TEST : 0U);
}

static bool is_excess_code(const Ir *ir, EmitResult *ret)
{
    for (size_t i = 0; i < ir->events.count; i++) {
        for (int part = 0; part < 4; part++) {
            if (ir->events.items[i].part[part].count <= MAX_CODE_WORDS) continue;
            ret->what = diag_text(T_SAY_WORDS_OF_CODE);
            return true;
        }
    }
    return false;
}

static EmitStatus write_image(Emitter *e, const EmitOptions *options, EmitResult *ret)
{
    Buf out;

    if (is_excess_code(e->ir, ret)) return EMIT_TOO_BIG; /* before jumps are counted in 16 bits */
    strings_init(&e->strings, e->arena);
    if (!consts_collect(&e->consts, e->ir)) return EMIT_NO_MEMORY;
    if (e->consts.count > MAX_CONSTS) return ret->what = diag_text(T_SAY_CONSTANTS), EMIT_TOO_BIG;
    if (!emit_tables(e) || !emit_code(e)) return EMIT_NO_MEMORY;
    emit_join_code(e);
    finish_image(e, options);
    ret->cost = e->cost;
    ret->words = e->image.shared.word_count + e->image.wallet.word_count;
    ret->shared_state = e->meta.shared_state;
    ret->wallet_state = e->meta.wallet_state;
    ret->what = find_excess(e);
    if (ret->what) return EMIT_TOO_BIG;
    buf_init(&out, e->arena, MAX_IMAGE);
    if (!image_write(&e->image, &out) || arena_is_full(e->arena)) {
        ret->what = diag_text(T_SAY_BYTES);
        return arena_is_full(e->arena) ? EMIT_NO_MEMORY : EMIT_TOO_BIG;
    }
    ret->image = buf_span(&out);
    if (image_load(ret->image, e->arena, &ret->why)) return EMIT_OK;
    ret->what = diag_text(T_SAY_REFUSED);
    return arena_is_full(e->arena) ? EMIT_NO_MEMORY : EMIT_BROKEN;
}

EmitResult emit_program(const Program *program, const EmitOptions *options, Arena *arena)
{
    EmitResult ret = {0};
    Ir *ir = emit_ir(program, options, arena);
    Emitter *e = arena_new(arena, Emitter);

    ret.status = EMIT_NO_MEMORY;
    if (!ir || !e || arena_is_full(arena)) return ret;
    if (ir->problem) {
        ret.status = EMIT_BROKEN;
        ret.what = ir->problem;
        return ret;
    }
    ret.status = EMIT_NOT_FIXED;
    if (!is_all_fixed(ir, &ret)) return ret;
    *e = (Emitter){
        .ir = ir, .program = program, .arena = arena, .is_stripped = options->is_stripped};
    ret.status = write_image(e, options, &ret);
    if (ret.status != EMIT_OK) ret.image = (Span){0};
    return ret;
}
