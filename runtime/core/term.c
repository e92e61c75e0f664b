/* term.c — see term.h. */
#include "runtime/core/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool term_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

static bool env_is_set(const char *name)
{
    const char *value = getenv(name);

    return value && value[0];
}

bool term_wants_colour(int fd)
{
    const char *term = getenv("TERM");

    if (env_is_set("NO_COLOR")) return false;
    if (env_is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0) return true;
    return term_is_terminal(fd) && term && strcmp(term, "dumb") != 0;
}

int term_width(int fd, int otherwise)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
    return size.ws_col;
}
