/* snapshot.c — the machine's memory as bytes: head, params, arming stamps, two blocks, checksum.
 *
 * Params are part of it because windows come from them: an instance with others is another instance. */
#include "vm/snapshot.h"

#include <string.h>

#include "vm/base/hash.h"
#include "vm/base/num.h"
#include "vm/machine.h"

enum { SNAPSHOT_MAGIC = 0x5358444F, SNAPSHOT_VERSION = 1 }; /* the bytes O D X S */

typedef struct Head {
    uint32_t magic, version;
    uint8_t layout[32];
    uint32_t params, rules, shared, wallet; /* how many of each follow; blocks in bytes */
} Head;

static Head head_of(const Vm *vm)
{
    const Image *img = vm->image;
    Head h = {.magic = SNAPSHOT_MAGIC,
              .version = SNAPSHOT_VERSION,
              .params = img->params_count,
              .rules = img->rules_count,
              .shared = img->meta->shared_state,
              .wallet = img->meta->wallet_state};

    memcpy(h.layout, img->layout_hash, sizeof h.layout);
    return h;
}

static const double *params_of(const Vm *vm)
{
    return vm->nums + vm->bases[OPND_PARAM >> 12];
}

bool vm_snapshot(const Vm *vm, const VmWallet *w, Buf *out)
{
    Head h = head_of(vm);
    size_t start = out->len;
    uint32_t crc;

    buf_put(out, &h, sizeof h);
    buf_put(out, params_of(vm), h.params * sizeof(double));
    buf_put(out, vm->last_false, h.rules * sizeof(uint64_t));
    buf_put(out, vm->state, h.shared);
    buf_put(out, w->state, h.wallet);
    if (buf_is_full(out)) return false;
    crc = crc32c(0, out->ptr + start, out->len - start);
    buf_put(out, &crc, sizeof crc);
    return !buf_is_full(out);
}

/* The parts of a snapshot, still in its bytes (which need not be aligned). */
typedef struct Parts {
    const char *params, *last_false, *shared, *wallet;
} Parts;

static bool find_parts(const Vm *vm, Span bytes, Parts *ret)
{
    Head want = head_of(vm);
    size_t params = want.params * sizeof(double), rules = want.rules * sizeof(uint64_t);
    size_t total = sizeof want + params + rules + want.shared + want.wallet;
    uint32_t crc;

    if (bytes.len != total + sizeof crc || memcmp(bytes.ptr, &want, sizeof want)) return false;
    memcpy(&crc, bytes.ptr + total, sizeof crc);
    if (crc != crc32c(0, bytes.ptr, total)) return false;
    ret->params = bytes.ptr + sizeof want;
    ret->last_false = ret->params + params;
    ret->shared = ret->last_false + rules;
    ret->wallet = ret->shared + want.shared;
    return true;
}

/* Slots are looked at in place of an aligned copy, one after the other. */
static bool are_slots_sane(const Vm *vm, const Parts *parts)
{
    for (uint32_t i = 0; i < vm->image->state_count; i++) {
        const StateLink *s = &vm->links[i];
        const char *block = s->space == SPACE_SHARED ? parts->shared : parts->wallet;

        if (!memory_is_sane(s, block + s->offset)) return false;
    }
    return true;
}

bool vm_restore(Vm *vm, VmWallet *w, Span bytes)
{
    Parts parts;
    ArenaMark mark = arena_mark(vm->arena);
    Span copy;
    bool is_fine;

    if (arena_is_full(vm->arena)) return false;
    copy = arena_span(vm->arena, bytes); /* aligned, so that slots can be read in place */
    is_fine = copy.len == bytes.len && find_parts(vm, copy, &parts) &&
              memcmp(parts.params, params_of(vm), vm->image->params_count * sizeof(double)) == 0 &&
              are_slots_sane(vm, &parts);
    if (is_fine) {
        memcpy(vm->last_false, parts.last_false, vm->image->rules_count * sizeof(uint64_t));
        memcpy(vm->state, parts.shared, vm->image->meta->shared_state);
        memcpy(w->state, parts.wallet, vm->image->meta->wallet_state);
    }
    arena_release(vm->arena, mark);
    return is_fine;
}
