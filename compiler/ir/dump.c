/* dump.c — one line a row or instruction: "v7 = LTQ v6, 0.05". */
#include "compiler/ir/dump.h"

#include "vm/state/memory.h"

static void put_name(Buf *out, const Ir *ir, uint32_t v)
{
    const IrValue *value = v == IR_NONE ? NULL : ir_value(ir, v);

    if (!value)
        buf_str(out, "-");
    else if (value->op == IR_CONST)
        buf_num(out, value->num);
    else if (value->is_fixed)
        buf_fmt(out, "f%u", v);
    else if (value->op == IR_PARAM)
        buf_span_put(out, ir->program->params[value->row].name);
    else
        buf_fmt(out, "%s%u", value->is_cond ? "b" : "v", v);
}

static bool has_args_after(const IrInst *in, uint32_t from)
{
    for (uint32_t i = from; i < IR_ACTION_ARGS; i++)
        if (in->args[i] != IR_NONE) return true;
    return false;
}

static bool names_row(uint8_t op)
{
    for (int i = 0; i < 3; i++) {
        OperandKind kind = op_operand(op_info(op), i);
        if (kind >= OPERAND_S && kind <= OPERAND_R) return true;
    }
    return false;
}

static void put_inst(Buf *out, const Ir *ir, const IrInst *in)
{
    buf_str(out, "    ");
    if (in->value != IR_NONE) {
        put_name(out, ir, in->value);
        buf_str(out, " = ");
    }
    buf_str(out, op_name(in->op));
    if (in->flags) buf_fmt(out, ".%u", in->flags);
    for (uint32_t i = 0; has_args_after(in, i); i++) {
        buf_str(out, i ? ", " : " ");
        put_name(out, ir, in->args[i]);
    }
    if (names_row(in->op)) buf_fmt(out, " #%u", in->x);
    if (in->end != IR_NONE) buf_fmt(out, " -> %u", in->end);
    buf_char(out, '\n');
}

static void put_fixed(Buf *out, const Ir *ir)
{
    for (uint32_t v = 0; v < ir->values.count; v++) {
        const IrValue *value = ir_value(ir, v);
        if (!value->is_fixed) continue;
        buf_fmt(out, "f%u = %s ", v, op_name(value->op));
        for (uint32_t i = 0; i < value->arg_count; i++) {
            if (i) buf_str(out, ", ");
            put_name(out, ir, value->args[i]);
        }
        buf_char(out, '\n');
    }
}

static void put_states(Buf *out, const Ir *ir)
{
    for (size_t i = 0; i < ir->states.count; i++) {
        const IrState *s = &ir->states.items[i];
        buf_fmt(out, "row %zu %s %s life %u clocks %llx", i, memory_kind((StateKind)s->kind)->name,
                s->is_wallet ? "wallet" : "shared", s->life, (unsigned long long)s->clocks);
        if (s->window != IR_NONE) {
            buf_str(out, " window ");
            put_name(out, ir, s->window);
        }
        if (s->init != IR_NONE) {
            buf_str(out, " init ");
            put_name(out, ir, s->init);
        }
        buf_char(out, '\n');
    }
}

void ir_dump(const Ir *ir, Buf *out)
{
    static const char *const parts[] = {"U", "V", "L", "S"};
    static const char *const events[EV_KINDS] = {"start",   "slot close", "slot open",   "resolve",
                                                 "fill",    "fill state", "order state", "reject",
                                                 "leader",  "tick",       "feed",        "boundary",
                                                 "command", "clock",      "stale",       "probe"};

    put_fixed(out, ir);
    put_states(out, ir);
    for (size_t i = 0; i < ir->events.count; i++) {
        for (int part = 0; part < 4; part++) {
            const IrBlock *b = &ir->events.items[i].part[part];
            if (b->count == 0) continue;
            buf_fmt(out, "%s[%s %u]\n", parts[part], events[b->event], b->index);
            for (uint32_t k = 0; k < b->count; k++)
                put_inst(out, ir, &b->insts[k]);
        }
    }
}
