/* test_out.c — buffered output: order, sizes around the buffer, full disk, closed pipe. */
#include "runtime/core/out.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/harness/scratch.h"
#include "tests/harness/test.h"

static Out out;
static char text[200000], got[200001];

static void arrives_in_order(void)
{
    static const size_t sizes[] = {0, 1, 100, 65536, 65537, 3, 66000, 2};
    const char *path = scratch_path("out");
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    size_t at = 0;

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 23);
    out_init(&out, fd, path);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; at += sizes[i++])
        out_put(&out, span_of(text + at, sizes[i]));
    CHECK_INT(out_flush(&out, NULL), ST_OK);
    CHECK_INT(pread(fd, got, sizeof got, 0), at);
    CHECK(memcmp(got, text, at) == 0);
    close(fd);
}

static void full_disk_is_said_once_and_kept(void)
{
    Err err = ERR_NONE;

    out_init(&out, open("/dev/full", O_WRONLY), "a full disk");
    out_put(&out, span_of(text, 70000));
    CHECK(out_has_failed(&out));
    out_put(&out, SPAN("more"));
    CHECK_INT(out_flush(&out, &err), ST_IO);
    CHECK_STR(err.text, "a full disk: No space left on device");
    CHECK_INT(out_flush(&out, NULL), ST_IO);
    close(out.fd);
}

static void closed_pipe_is_an_error(void)
{
    Err err = ERR_NONE;
    int ends[2];

    out_survive_signals();
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    out_init(&out, ends[1], "standard output");
    out_put(&out, SPAN("x"));
    CHECK(!out_has_failed(&out)); /* still in the buffer */
    CHECK_INT(out_flush(&out, &err), ST_IO);
    CHECK_STR(err.text, "standard output: Broken pipe");
    close(ends[1]);
}

static void size_limit_is_an_error(void)
{
    struct rlimit was, none;
    Err err = ERR_NONE;

    CHECK(getrlimit(RLIMIT_FSIZE, &was) == 0);
    none = was;
    none.rlim_cur = 0;
    out_init(&out, open(scratch_path("limit"), O_WRONLY | O_CREAT, 0600), "limit");
    CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
    out_put(&out, SPAN("x"));
    CHECK_INT(out_flush(&out, &err), ST_IO);
    CHECK(setrlimit(RLIMIT_FSIZE, &was) == 0);
    CHECK_STR(err.text, "limit: File too large");
    close(out.fd);
}

int main(void)
{
    TEST_RUN(arrives_in_order);
    TEST_RUN(full_disk_is_said_once_and_kept);
    TEST_RUN(closed_pipe_is_an_error);
    TEST_RUN(size_limit_is_an_error);
    return test_end();
}
