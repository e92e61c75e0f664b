/* test_frames.c — messages out of a stream: whole, cut anywhere, nonsense between them, too large ones. */
#include <string.h>

#include "runtime/cli/frames.h"
#include "tests/harness/memory.h"
#include "tests/harness/test.h"
#include "vm/base/buf.h"
#include "vm/base/bug.h"
#include "vm/base/fmt.h"

enum { MAX = 100 };

static const struct {
    const char *name, *bytes, *want; /* messages in brackets; !N for one that is too large */
} cases[] = {
    {"one", "Content-Length: 2\r\n\r\n{}", "[{}]"},
    {"two", "Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", "[{}][[1]]"},
    {"other headers", "Content-Type: x\r\nContent-Length: 2\r\n\r\n{}", "[{}]"},
    {"any case", "content-LENGTH:2\r\n\r\n{}", "[{}]"},
    {"without CR", "Content-Length: 2\n\n{}", "[{}]"},
    {"empty", "Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n7", "[][7]"},
    {"no length", "Hello: 1\r\n\r\nContent-Length: 1\r\n\r\n7", "[7]"},
    {"length is no number", "Content-Length: 1x\r\n\r\nContent-Length: 1\r\n\r\n7", "[7]"},
    {"length beyond all numbers",
     "Content-Length: 99999999999999999999999\r\n\r\nContent-Length: 1\r\n\r\n7", "[7]"},
    {"half a message", "Content-Length: 5\r\n\r\nabc", ""},
    {"too large", "Content-Length: 101\r\n\r\n%Content-Length: 1\r\n\r\n7",
     "!101[7]"}, /* % stands for 101 bytes */
};

static Span expand(const char *text, Arena *arena)
{
    Buf b;

    buf_init(&b, arena, 4096);
    for (; *text; text++) {
        if (*text == '%')
            buf_fill(&b, 'x', 101);
        else
            buf_char(&b, *text);
    }
    return arena_span(arena, buf_span(&b));
}

static void take_all(Frames *f, Buf *got)
{
    Span message;
    FrameStatus status;

    while ((status = frames_next(f, &message)) != FRAME_WAITS) {
        if (status == FRAME_TOO_BIG)
            buf_fmt(got, "!%zu", message.len);
        else
            buf_fmt(got, "[%S]", message);
    }
}

static void feed(Span bytes, size_t step, Buf *got, Arena *arena)
{
    Frames f;

    CHECK(frames_init(&f, MAX, arena));
    for (size_t at = 0; at < bytes.len; at += step) {
        Span piece = span_sub(bytes, at, step);
        size_t room;
        char *to = frames_room(&f, &room);

        CHECK(room >= piece.len);
        memcpy(to, piece.ptr, piece.len);
        frames_fed(&f, piece.len);
        take_all(&f, got);
    }
}

static void test_frames(void)
{
    Arena *arena = test_arena((size_t)64 << 20);

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t step = 1; step < 60; step = step * 2 + 1) {
            char mem[512];
            Buf got;

            test_case(cases[i].name);
            arena_reset(arena);
            buf_init_fixed(&got, mem, sizeof mem);
            feed(expand(cases[i].bytes, arena), step, &got, arena);
            CHECK_STR(buf_cstr(&got), cases[i].want);
        }
}

/* A client that never says a length: memory stays where it is. */
static void test_noise(void)
{
    Arena *arena = test_arena((size_t)64 << 20);
    Frames f;
    Span message;

    CHECK(frames_init(&f, MAX, arena));
    for (int i = 0; i < 100000; i++) {
        size_t room;
        char *to = frames_room(&f, &room);

        CHECK(room > 0);
        *to = i % 7 ? 'a' : '\n';
        frames_fed(&f, 1);
        CHECK(frames_next(&f, &message) == FRAME_WAITS);
    }
}

int main(void)
{
    TEST_RUN(test_frames);
    TEST_RUN(test_noise);
    return test_end();
}
