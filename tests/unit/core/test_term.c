/* test_term.c — colours and width, and that the clock goes forward. */
#include "runtime/core/term.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/core/clock.h"
#include "tests/harness/test.h"

static void set(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

/* `tty` is a fresh pseudo terminal, so that the answer does not depend on where the test runs. */
static void colours(void)
{
    static const struct {
        const char *no_color, *force, *term;
        bool want_file, want_tty;
    } cases[] = {
        {NULL, NULL, "xterm", false, true}, {"1", NULL, "xterm", false, false},
        {"", NULL, "xterm", false, true},   {NULL, "1", NULL, true, true},
        {NULL, "0", "xterm", false, true},  {"1", "1", "xterm", false, false},
        {NULL, NULL, "dumb", false, false}, {NULL, NULL, NULL, false, false},
    };
    int file = open("/dev/null", O_RDONLY), tty = open("/dev/ptmx", O_RDWR | O_NOCTTY);

    if (tty < 0) test_skip("no pseudo terminal here");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set("NO_COLOR", cases[i].no_color);
        set("CLICOLOR_FORCE", cases[i].force);
        set("TERM", cases[i].term);
        CHECK_INT(term_wants_colour(file), cases[i].want_file);
        if (tty >= 0) CHECK_INT(term_wants_colour(tty), cases[i].want_tty);
    }
    CHECK(!term_is_terminal(file));
    CHECK_INT(term_width(file, 77), 77);
    close(file);
    if (tty >= 0) close(tty);
}

static void clock_goes_forward(void)
{
    int64_t first = clock_mono_ns(), second = clock_mono_ns();

    CHECK(second >= first);
    first = clock_work_ns();
    CHECK(clock_work_ns() >= first);
    CHECK(clock_wall_us() > INT64_C(1600000000000000));
}

int main(void)
{
    TEST_RUN(colours);
    TEST_RUN(clock_goes_forward);
    return test_end();
}
