/* twin.c — what odx.wasm does, by a native program: the other half of the tests in node.
 *
 *   twin calls              calls from standard input, "NAME NUMBER... LENGTH\n" and LENGTH bytes each;
 *                           answers "RESULT JSON_LENGTH BYTES_LENGTH\n", the JSON, the bytes
 *   twin seeds FROM COUNT   a line "SEED HASH END EFFECTS" for each seed (seed.h)
 *   twin programs FROM COUNT  the generated programs as JSON, a line each: seed, text, modules */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/embed/embed.h"
#include "runtime/embed/heap.h"
#include "runtime/embed/page.h"
#include "tests/generate/program.h"
#include "tests/wasm/seed.h"
#include "vm/base/json.h"

typedef struct Call {
    char name[32];
    double numbers[2];
    uint32_t length;
} Call;

static int32_t call_verb(const Call *c, uint32_t ptr)
{
    static const struct {
        const char *name;
        int32_t (*verb)(uint32_t ptr, uint32_t len);
    } verbs[] = {
        {"odx_check", odx_check},
        {"odx_format", odx_format},
        {"odx_fix", odx_fix},
        {"odx_compile", odx_compile},
        {"odx_convert", odx_convert},
        {"odx_explain", odx_explain},
        {"odx_hover", odx_hover},
        {"odx_complete", odx_complete},
        {"odx_signature", odx_signature},
        {"odx_fixes", odx_fixes},
        {"odx_run_open", odx_run_open},
    };

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, c->name) == 0) return verbs[i].verb(ptr, c->length);
    fprintf(stderr, "twin: no call %s\n", c->name);
    exit(2);
}

static int32_t call(const Call *c, uint32_t ptr)
{
    int32_t run = (int32_t)c->numbers[0];

    if (strcmp(c->name, "odx_run_ticks") == 0)
        return odx_run_ticks(run, (uint32_t)c->numbers[1], ptr, c->length);
    if (strcmp(c->name, "odx_run_csv") == 0)
        return odx_run_csv(run, (uint32_t)c->numbers[1], ptr, c->length);
    if (strcmp(c->name, "odx_run_step") == 0) return odx_run_step(run, c->numbers[1], 0);
    if (strcmp(c->name, "odx_run_why") == 0) return odx_run_why(run, (uint32_t)c->numbers[1]);
    if (strcmp(c->name, "odx_run_close") == 0) return odx_run_close(run);
    return call_verb(c, ptr);
}

static void answer(int32_t handle)
{
    uint32_t json = odx_json_length(handle), bytes = odx_bytes_length(handle);

    printf("%d %u %u\n", (int)handle, json, bytes);
    if (json) fwrite(page_at(odx_json(handle)), 1, json, stdout);
    if (bytes) fwrite(page_at(odx_bytes(handle)), 1, bytes, stdout);
    odx_release(handle);
}

static int serve(void)
{
    Call c;

    while (scanf("%31s %lf %lf %u", c.name, &c.numbers[0], &c.numbers[1], &c.length) == 4) {
        uint32_t ptr = odx_alloc(c.length);

        if (!ptr || getchar() != '\n') return 2;
        if (c.length && fread(page_at(ptr), 1, c.length, stdin) != c.length) return 2;
        answer(call(&c, ptr));
        odx_free(ptr);
    }
    return 0;
}

static int print_seeds(uint64_t from, uint64_t count)
{
    Arena arena;

    arena_init(&arena, heap_source(), 128 << 20);
    for (uint64_t seed = from; seed < from + count; seed++) {
        SeedResult r = seed_run(seed, &arena);

        printf("%" PRIu64 " %016" PRIx64 " %d %u\n", seed, r.hash, (int)r.end, r.effects);
    }
    arena_fini(&arena);
    return 0;
}

static int print_programs(uint64_t from, uint64_t count)
{
    Span path = SPAN("shared/lean.odx");
    ModuleText module = generate_load(NULL, path, SPAN(""));
    Arena arena;

    arena_init(&arena, heap_source(), 128 << 20);
    for (uint64_t seed = from; seed < from + count; seed++) {
        GenProgram g = generate_program(seed, &arena);
        JsonWriter w;
        Buf text, line;

        buf_init(&text, &arena, 1 << 20);
        buf_init(&line, &arena, 1 << 22);
        generate_print(g.root, &text, NULL);
        json_write_init(&w, &line, false);
        json_write_object(&w);
        json_write_key(&w, SPAN("seed"));
        json_write_uint(&w, seed);
        json_write_key(&w, SPAN("text"));
        json_write_string(&w, buf_span(&text));
        json_write_key(&w, SPAN("modules"));
        json_write_object(&w);
        json_write_key(&w, path);
        json_write_string(&w, module.text);
        json_write_object_end(&w);
        json_write_object_end(&w);
        printf("%.*s\n", (int)line.len, line.ptr);
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "calls") == 0) return serve();
    if (argc == 4 && strcmp(argv[1], "seeds") == 0)
        return print_seeds(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "programs") == 0)
        return print_programs(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    fprintf(stderr, "usage: twin calls | twin seeds FROM COUNT | twin programs FROM COUNT\n");
    return 2;
}
