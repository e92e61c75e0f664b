/* seeds.c — first inputs for the fuzz targets: generated strategies and what the compiler makes of them.
 *
 *   fuzz_seeds FOLDER COUNT [FILE...]
 * Writes FOLDER/testblock, FOLDER/compile, FOLDER/format, FOLDER/parse, FOLDER/image, FOLDER/engine and
 * FOLDER/embed: of each file as it is, and of COUNT generated programs; images plain, optimised and stripped.  ./dev fuzz --keep takes
 * over what reaches something new.  Promise: the same files, the same seeds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/compiler.h"
#include "tests/fuzz/pool.h"
#include "tests/generate/program.h"
#include "vm/base/rng.h"

#define LIMIT ((size_t)64 << 20)
enum { STREAM = 700, SCRIPT_TEXT = 1500 };

typedef struct Head { /* what a target wants in front of a text */
    const char *target, *bytes;
    size_t len;
} Head;

static const Head heads[] = {
    {"testblock", "\x46", 1}, {"testblock", "\x03", 1}, {"compile", "\xfe\0", 2},
    {"compile", "\xff\0", 2}, {"format", "", 0},        {"parse", "\xff", 1},
};

static void write_file(const char *folder, const char *target, const char *name, Span head,
                       Span body)
{
    char path[1024];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, target);
    (void)mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%s", folder, target, name);
    f = fopen(path, "wb");
    if (!f || fwrite(head.ptr, 1, head.len, f) != head.len ||
        fwrite(body.ptr, 1, body.len, f) != body.len || fclose(f)) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(2);
    }
}

static void put_images(const char *folder, const char *name, Span text)
{
    for (int form = 0; form < 4; form++) {
        CompileOptions o = {.load = generate_load,
                            .until = STAGE_EMIT,
                            .is_plain = form & 1,
                            .is_stripped = form & 2,
                            .has_tests = form == 0};
        Arena arena = pool_arena(LIMIT);
        Compilation c = compile(SPAN("seed.odx"), text, &o, &arena);
        char file[256];

        snprintf(file, sizeof file, "%s-%d", name, form);
        if (c.image.len) write_file(folder, "image", file, span_of("\0", 1), c.image);
        arena_fini(&arena);
    }
}

/* Scripts for fuzz_embed.c: a request around the text and each of the verbs; then a run of a few rows. */
static void put_scripts(const char *folder, const char *name, Span text)
{
    static const char rows[] = "\x03\x02\x03\1\2\0\1\1\2\x04\0\0\0\x06\0\0\0\x09\0\x08";
    uint8_t head[] = {0, 1, 8 | 4, 0, 40, (uint8_t)text.len, (uint8_t)(text.len >> 8)};
    Arena arena = pool_arena(LIMIT);
    char file[256];
    Buf body;

    if (text.len > SCRIPT_TEXT) return;
    buf_init(&body, &arena, 1 << 20);
    for (int verb = 0; verb < 11; verb++) {
        head[2] = verb < 10 ? 8 | 4 : 16 | 32;
        head[3] = verb < 10 ? (uint8_t)(text.len % 3) : 1;
        buf_clear(&body);
        buf_span_put(&body, text);
        buf_char(&body, (char)(0x0c | verb << 4));
        buf_char(&body, 0);
        if (verb == 10) buf_span_put(&body, span_of(rows, sizeof rows));
        snprintf(file, sizeof file, "%s-%d", name, verb);
        write_file(folder, "embed", file, span_of((const char *)head, sizeof head),
                   buf_span(&body));
    }
    arena_fini(&arena);
}

static void put_text(const char *folder, const char *name, Span text)
{
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        char file[256];

        snprintf(file, sizeof file, "%s-%d", name, (int)i);
        write_file(folder, heads[i].target, file, span_of(heads[i].bytes, heads[i].len), text);
    }
    put_images(folder, name, text);
    put_scripts(folder, name, text);
}

static void put_file(const char *folder, const char *path, int number)
{
    static char text[1 << 20];
    FILE *f = fopen(path, "rb");
    char name[32];
    size_t len;

    if (!f) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    len = fread(text, 1, sizeof text, f);
    fclose(f);
    snprintf(name, sizeof name, "file%03d", number);
    put_text(folder, name, span_of(text, len));
}

static void put_generated(const char *folder, uint64_t seed)
{
    Arena arena = pool_arena(LIMIT);
    GenProgram p = generate_program(seed, &arena);
    char name[32];
    Buf text;

    buf_init(&text, &arena, 1 << 20);
    generate_print(p.root, &text, NULL);
    snprintf(name, sizeof name, "seed%05u", (unsigned)seed);
    put_text(folder, name, buf_span(&text));
    arena_fini(&arena);
}

/* Bytes by chance are a stream of events. */
static void put_stream(const char *folder, uint64_t seed)
{
    uint8_t bytes[STREAM];
    char name[32];
    Rng rng;

    rng_init(&rng, seed);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)rng_u64(&rng);
    bytes[0] = (uint8_t)seed;
    snprintf(name, sizeof name, "stream%05u", (unsigned)seed);
    write_file(folder, "engine", name, span_of(NULL, 0),
               span_of((const char *)bytes, sizeof bytes));
}

int main(int argc, char **argv)
{
    uint64_t count;

    if (argc < 3) return fprintf(stderr, "usage: fuzz_seeds FOLDER COUNT [FILE...]\n"), 2;
    (void)mkdir(argv[1], 0777);
    count = strtoull(argv[2], NULL, 10);
    for (int i = 3; i < argc; i++)
        put_file(argv[1], argv[i], i - 2);
    for (uint64_t seed = 1; seed <= count; seed++) {
        put_generated(argv[1], seed);
        put_stream(argv[1], seed);
    }
    return 0;
}
