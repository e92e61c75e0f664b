/* arena.c — see arena.h.  Chunks hang on a list, newest first; sizes double up to CHUNK_MAX, in
 * large arenas up to CHUNK_HUGE.
 *
 * Under AddressSanitizer everything that is not allocated is poisoned, with a gap behind each
 * allocation, so that an arena hides no overrun from the fuzzers. */
#include "vm/base/arena.h"

#include <stdalign.h>

#include "vm/base/bug.h"

#define CHUNK_FIRST ((size_t)4096)
#define CHUNK_MAX ((size_t)1 << 20)
#define CHUNK_HUGE ((size_t)8 << 20) /* of arenas that hold eight times as much: on large pages */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#endif

#ifdef HAS_ASAN
#define GAP ARENA_ALIGN
void __asan_poison_memory_region(const volatile void *start, size_t size);
void __asan_unpoison_memory_region(const volatile void *start, size_t size);
#define FORBID(start, size) __asan_poison_memory_region((start), (size))
#define ALLOW(start, size) __asan_unpoison_memory_region((start), (size))
#else
#define GAP ((size_t)0)
#define FORBID(start, size) ((void)(start), (void)(size))
#define ALLOW(start, size) ((void)(start), (void)(size))
#endif

struct ArenaChunk {
    alignas(16) ArenaChunk *older;
    size_t size; /* with this head */
};

static size_t round_up(size_t size)
{
    return (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
}

bool arena_init(Arena *a, ArenaSource source, size_t limit)
{
    *a = (Arena){.source = source, .limit = limit, .next_size = CHUNK_FIRST};
    a->page = source.take(source.ctx, ARENA_PAGE);
    if (a->page) return true;
    a->is_full = true;
    a->limit = 0;
    return false;
}

/* Makes `c` the newest; its free part starts at its beginning. */
static void use_chunk(Arena *a, ArenaChunk *c)
{
    a->chunk = c;
    a->at = c ? (char *)c + sizeof(ArenaChunk) : NULL;
    a->end = c ? (char *)c + c->size : NULL;
}

static void give_newest(Arena *a)
{
    ArenaChunk *c = a->chunk;

    use_chunk(a, c->older);
    a->taken -= c->size;
    ALLOW(c, c->size);
    a->source.give(a->source.ctx, c, c->size);
}

void arena_fini(Arena *a)
{
    while (a->chunk)
        give_newest(a);
    if (a->page) a->source.give(a->source.ctx, a->page, ARENA_PAGE);
    *a = (Arena){.is_full = true};
}

void arena_reset(Arena *a)
{
    ArenaChunk *kept = a->chunk;

    if (kept) {
        a->chunk = kept->older;
        a->taken -= kept->size;
        while (a->chunk)
            give_newest(a);
        kept->older = NULL;
        a->taken = kept->size;
        use_chunk(a, kept);
        FORBID(a->at, (size_t)(a->end - a->at));
    }
    a->is_full = a->page == NULL;
}

/* Takes a chunk with room for `size` bytes, larger when the limit allows. */
static bool add_chunk(Arena *a, size_t size)
{
    size_t left = a->limit - a->taken, want;
    ArenaChunk *c;

    if (left < sizeof *c || size > left - sizeof *c) return false;
    want = size + sizeof *c;
    if (want < a->next_size) want = a->next_size < left ? a->next_size : left & ~(ARENA_ALIGN - 1);
    if (want < size + sizeof *c) return false;
    c = a->source.take(a->source.ctx, want);
    if (!c) return false;
    *c = (ArenaChunk){a->chunk, want};
    a->taken += want;
    if (a->next_size < CHUNK_MAX || (a->next_size < CHUNK_HUGE && a->next_size <= a->taken / 8))
        a->next_size *= 2;
    use_chunk(a, c);
    FORBID(a->at, (size_t)(a->end - a->at));
    return true;
}

static void *emergency(Arena *a, size_t size)
{
    a->is_full = true;
    return size <= ARENA_PAGE && a->page ? memset(a->page, 0, size) : NULL;
}

void *arena_alloc(Arena *a, size_t size)
{
    size_t need = (size ? round_up(size) : ARENA_ALIGN) + GAP;
    char *got;

    if (UNLIKELY(size > SIZE_MAX / 2)) return emergency(a, size);
    if (UNLIKELY(need > (size_t)(a->end - a->at)) && !add_chunk(a, need)) return emergency(a, size);
    got = a->at;
    a->at += need;
    ALLOW(got, size);
    return memset(got, 0, size);
}

void *arena_alloc_array(Arena *a, size_t count, size_t item_size)
{
    size_t size;

    if (__builtin_mul_overflow(count, item_size, &size)) size = SIZE_MAX;
    return arena_alloc(a, size);
}

Span arena_span(Arena *a, Span s)
{
    char *copy = s.len < SIZE_MAX ? arena_alloc(a, s.len + 1) : NULL;

    if (!copy || arena_is_full(a)) return (Span){"", 0};
    if (s.len) memcpy(copy, s.ptr, s.len);
    return (Span){copy, s.len};
}

ArenaMark arena_mark(const Arena *a)
{
    return (ArenaMark){a->chunk, a->at};
}

void arena_release(Arena *a, ArenaMark mark)
{
    while (a->chunk != mark.chunk) {
        BUG_IF(!a->chunk); /* the mark is from another arena, or was released before */
        give_newest(a);
    }
    a->at = mark.at;
    if (a->at) FORBID(a->at, (size_t)(a->end - a->at));
}
