/* fuzz_image.c — images that come from anywhere: refused, or run inside their memory.
 *
 * First byte 0: the rest is a file as it is.  Otherwise the next eight bytes are the seed of a random program, and
 * each four bytes after that put one value at one place of its tables before they are written with good checksums.
 * What the verifier accepts runs some events, linked and word by word, and both must agree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/memory.h"
#include "tests/unit/vm/asm.h"
#include "tests/unit/vm/random_program.h"
#include "vm/base/bug.h"
#include "vm/base/num.h"
#include "vm/disasm.h"
#include "vm/machine.h"
#include "vm/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 64 << 20, ROUNDS = 6 };

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

static void check_equal(const Half *a, const Half *b)
{
    const ImageMeta *m = a->vm->image->meta;

    BUG_IF(memcmp(a->vm->state, b->vm->state, m->shared_state) != 0);
    BUG_IF(memcmp(a->wallet->state, b->wallet->state, m->wallet_state) != 0);
    BUG_IF(a->out.intent_count != b->out.intent_count);
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

    buf_init(&a, arena, ARENA_BYTES);
    buf_init(&b, arena, ARENA_BYTES);
    if (!vm_snapshot(h->vm, h->wallet, &a)) return;
    if (!vm_restore(h->vm, h->wallet, buf_span(&a))) {
        BUG_IF(!arena_is_full(arena));
        return;
    }
    if (vm_snapshot(h->vm, h->wallet, &b)) BUG_IF(!span_is(buf_span(&a), buf_span(&b)));
    a.ptr[a.len / 2] ^= 1;
    BUG_IF(vm_restore(h->vm, h->wallet, buf_span(&a)));
}

static void run_image(const Image *img, Arena *arena)
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
    for (int round = 0; round < ROUNDS; round++) {
        run_blocks(&linked, &plain, &img->shared, &rng, &count);
        run_blocks(&linked, &plain, &img->wallet, &rng, &count);
        vm_slot_open(linked.vm, linked.wallet, 0, count + 1);
        vm_slot_open(plain.vm, plain.wallet, 0, count + 1);
    }
    check_snapshot(&linked, arena);
}

static void list_image(const Image *img, Arena *arena)
{
    Buf out;

    buf_init(&out, arena, 1 << 20);
    disasm_image(img, &out);
}

static void try_file(Span bytes, Arena *arena)
{
    Span copy = arena_span(arena, bytes);
    Refusal why;
    const Image *img = image_load(copy, arena, &why);

    if (!img) {
        BUG_IF(why.code < 901 || why.code > 909 || !why.text[0]);
        return;
    }
    list_image(img, arena);
    run_image(img, arena);
}

/* Everything in an Asm but the image's own pointers and counts. */
static void spoil_tables(Asm *a, const uint8_t *data, size_t size)
{
    uint8_t *tables = (uint8_t *)&a->meta;
    size_t room = (size_t)((uint8_t *)a->strings - tables);

    for (; size >= 4; data += 4, size -= 4) {
        size_t at = ((size_t)data[0] | (size_t)data[1] << 8 | (size_t)(data[2] & 15) << 16) % room;

        tables[at] = (data[2] & 0x80) ? (uint8_t)(tables[at] + data[3]) : data[3];
    }
}

static void try_program(const uint8_t *data, size_t size, Arena *arena)
{
    Asm *a = arena_new(arena, Asm);
    uint64_t seed;
    Span bytes;
    Rng rng;

    if (size < sizeof seed || !a) return;
    memcpy(&seed, data, sizeof seed);
    rng_init(&rng, seed);
    random_program(a, &rng, 5 + (uint32_t)(seed % 60));
    spoil_tables(a, data + sizeof seed, size - sizeof seed);
    bytes = asm_bytes(a, arena);
    if (bytes.len) try_file(bytes, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;

    if (size < 1 || !arena_init(&arena, test_source(), ARENA_BYTES)) return 0;
    if (data[0] == 0)
        try_file(span_of((const char *)data + 1, size - 1), &arena);
    else
        try_program(data + 1, size - 1, &arena);
    arena_fini(&arena);
    return 0;
}
