/* run_image.c — see run_image.h. */
#include "tests/fuzz/run_image.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/base/rng.h"
#include "vm/machine.h"
#include "vm/snapshot.h"

enum { SNAPSHOT_MAX = 64 << 20 };

typedef struct Half {
    Vm *vm;
    VmWallet *wallet;
    VmOut out;
} Half;

static bool make_half(Half *h, const Image *img, Arena *arena)
{
    h->vm = vm_new(img, NULL, arena);
    if (!h->vm) return false;
    h->wallet = vm_wallet_new(h->vm, arena);
    h->out = vm_out_new(img, arena);
    return h->wallet && h->out.intents;
}

static void put_inputs(Half *h, const Image *img, Rng *rng)
{
    for (uint32_t i = 0; i < img->inputs_count; i++) {
        double v = rng_chance(rng, 0.2) ? UNKNOWN : (double)rng_range(rng, -5, 200) / 100;

        h->vm->inputs[i] = v;
        h->wallet->inputs[i] = v;
    }
}

static void run_event(Half *h, const VmEvent *ev)
{
    vm_out_clear(&h->out, h->vm->image);
    vm_shared(h->vm, ev, &h->out);
    vm_wallet(h->vm, h->wallet, PART_V, ev, &h->out);
    vm_wallet(h->vm, h->wallet, PART_L, ev, &h->out);
    vm_wallet(h->vm, h->wallet, PART_S, ev, &h->out);
    BUG_IF(h->out.intent_count >= h->out.intent_cap);
    vm_commit(h->vm, h->wallet);
}

static void check_values(const VmValue *a, const VmValue *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        BUG_IF(a[i].is_set != b[i].is_set || a[i].cond != b[i].cond);
        BUG_IF(a[i].is_set && num_bits(a[i].num) != num_bits(b[i].num));
    }
}

static void check_equal(const Half *a, const Half *b)
{
    const ImageMeta *m = a->vm->image->meta;

    BUG_IF(memcmp(a->vm->state, b->vm->state, m->shared_state) != 0);
    BUG_IF(memcmp(a->wallet->state, b->wallet->state, m->wallet_state) != 0);
    BUG_IF(a->out.intent_count != b->out.intent_count);
    check_values(a->out.limits, b->out.limits, a->vm->image->limits_count);
    check_values(a->out.shows, b->out.shows, a->vm->image->shows_count);
}

/* An event for one of the image's blocks. */
static VmEvent event_of(const BlockRow *b, Rng *rng, uint64_t count)
{
    return (VmEvent){.kind = b->event,
                     .index = b->index,
                     .is_stale = b->event == EV_STALE,
                     .now_us = (int64_t)count * 400000,
                     .count = count,
                     .clocks = rng_chance(rng, 0.5) ? rng_u64(rng) : UINT64_MAX};
}

static void run_blocks(Half *linked, Half *plain, const CodeSection *code, Rng *rng,
                       uint64_t *count)
{
    for (uint32_t i = 0; i < code->block_count && i < 64; i++) {
        VmEvent ev = event_of(&code->blocks[i], rng, ++*count);
        Rng again = *rng;

        put_inputs(linked, linked->vm->image, rng);
        put_inputs(plain, plain->vm->image, &again);
        run_event(linked, &ev);
        run_event(plain, &ev);
        check_equal(linked, plain);
    }
}

/* A snapshot restores to the same bytes; a damaged one is refused. */
static void check_snapshot(Half *h, Arena *arena)
{
    Buf a, b;

    buf_init(&a, arena, SNAPSHOT_MAX);
    buf_init(&b, arena, SNAPSHOT_MAX);
    if (!vm_snapshot(h->vm, h->wallet, &a)) return;
    if (!vm_restore(h->vm, h->wallet, buf_span(&a))) {
        BUG_IF(!arena_is_full(arena));
        return;
    }
    if (vm_snapshot(h->vm, h->wallet, &b)) BUG_IF(!span_is(buf_span(&a), buf_span(&b)));
    a.ptr[a.len / 2] ^= 1;
    BUG_IF(vm_restore(h->vm, h->wallet, buf_span(&a)));
}

void run_image(const Image *img, uint32_t rounds, Arena *arena)
{
    Half linked, plain;
    TokenBook book = {.field = {0, 0.4, 0.5}};
    const TokenBook *books[] = {&book, NULL, &book};
    double held[3 * HELD_FIELDS] = {1, 2, 3};
    uint64_t count = 0;
    Rng rng;

    rng_init(&rng, img->bytes.len);
    if (!make_half(&linked, img, arena) || !make_half(&plain, img, arena)) return;
    plain.vm->is_plain = true;
    vm_set_books(linked.vm, books, 3);
    vm_set_books(plain.vm, books, 3);
    vm_set_held(linked.wallet, held, 3);
    vm_set_held(plain.wallet, held, 3);
    for (uint32_t round = 0; round < rounds; round++) {
        run_blocks(&linked, &plain, &img->shared, &rng, &count);
        run_blocks(&linked, &plain, &img->wallet, &rng, &count);
        vm_slot_open(linked.vm, linked.wallet, 0, count + 1);
        vm_slot_open(plain.vm, plain.wallet, 0, count + 1);
    }
    check_snapshot(&linked, arena);
}
