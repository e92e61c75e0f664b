/* bench.c — what benches share: medians, files, other programs. */
#include "runtime/bench/bench.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/compiler.h"
#include "runtime/core/file.h"
#include "vm/base/fmt.h"

double bench_median(double *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        double v = values[i];
        uint32_t at = i;

        for (; at > 0 && values[at - 1] > v; at--)
            values[at] = values[at - 1];
        values[at] = v;
    }
    return values[count / 2];
}

const Image *bench_image(Bench *b, Span name, Span text)
{
    CompileOptions how = {.until = STAGE_EMIT};
    Compilation c = compile(name, text, &how, b->arena);
    Refusal why;

    return c.image.len ? image_load(c.image, b->arena, &why) : NULL;
}

bool bench_fail(Bench *b, const char *trouble)
{
    b->trouble = trouble;
    return false;
}

Span bench_across(Bench *b)
{
    Span text = b->anchor_odx;
    Buf out;

    buf_init(&out, b->arena, text.len * 2);
    for (size_t i = 0; i < text.len; i++) {
        buf_char(&out, text.ptr[i]);
        if (i + 1 < text.len && text.ptr[i] == ')' && text.ptr[i + 1] == '\n')
            buf_str(&out, " across slots");
    }
    return buf_span(&out);
}

/* ---- other programs ------------------------------------------------------------------------------ */

__attribute__((noreturn)) static void become(const char *const *argv, const char *output)
{
    int out = open(output ? output : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err = open("/dev/null", O_WRONLY);

    if (out >= 0 && err >= 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2)
        (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

bool bench_spawn(const char *const *argv, const char *output)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) become(argv, output);
    if (child < 0 || waitpid(child, &status, 0) != child) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) <= 1;
}

bool bench_is_there(const char *program)
{
    const char *argv[] = {program, "-v", NULL};

    return bench_spawn(argv, NULL);
}

/* ---- files --------------------------------------------------------------------------------------- */

bool bench_folder(BenchFolder *ret)
{
    *ret = (BenchFolder){"/tmp/odx-bench-XXXXXX"};
    return mkdtemp(ret->path) != NULL;
}

const char *bench_path(Bench *b, const BenchFolder *f, const char *name)
{
    Buf path;

    buf_init(&path, b->arena, 256);
    buf_fmt(&path, "%s/%s", f->path, name);
    return buf_cstr(&path);
}

bool bench_write(Bench *b, const char *path, Span bytes)
{
    Err err = {0};

    (void)b;
    return file_replace(path, bytes, &err) == ST_OK;
}

void bench_folder_end(Bench *b, const BenchFolder *f, const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        (void)unlink(bench_path(b, f, names[i]));
    (void)rmdir(f->path);
}
