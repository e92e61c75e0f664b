/* rig.c — see rig.h. */
#include "tests/unit/vm/rig.h"

#include "tests/harness/test.h"
#include "vm/base/num.h"

double rig_value(double v)
{
    return v == QUIET ? UNKNOWN : v;
}

bool rig_init(Rig *r, Asm *a, const double *params, Arena *arena)
{
    *r = (Rig){.image = asm_load(a, arena, NULL)};
    if (!r->image) return false;
    r->vm = vm_new(r->image, params, arena);
    if (!CHECK(r->vm != NULL)) return false;
    r->wallet = vm_wallet_new(r->vm, arena);
    r->out = vm_out_new(r->image, arena);
    return CHECK(r->wallet != NULL);
}

void rig_input(Rig *r, uint32_t row, double value)
{
    if (r->image->inputs[row].space == IN_WALLET)
        vm_wallet_inputs(r->wallet)[row] = rig_value(value);
    else
        vm_inputs(r->vm)[row] = rig_value(value);
}

void rig_event(Rig *r, EventKind kind, uint64_t clocks)
{
    r->ev.kind = (uint8_t)kind;
    r->ev.clocks = clocks;
    r->ev.is_stale = kind == EV_STALE;
    r->ev.count++;
    vm_out_clear(&r->out, r->image);
    vm_shared(r->vm, &r->ev, &r->out);
    vm_wallet(r->vm, r->wallet, PART_V, &r->ev, &r->out);
    vm_commit(r->vm, r->wallet);
}

double rig_tick(Rig *r, double bid, uint32_t row)
{
    r->ev.now_us += 1000000;
    rig_input(r, IN_BID, bid);
    rig_event(r, EV_TICK, 1 << CK_TICK);
    return vm_state_num(r->vm, r->wallet, row);
}
