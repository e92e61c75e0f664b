/* watch.c — see watch.h. */
#include "runtime/cli/watch.h"

#include <sys/stat.h>
#include <time.h>

enum { PAUSE_NS = 200000000 };

static struct timespec changed_at(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0) return (struct timespec){0};
    return st.st_mtim;
}

void watch_wait(Cli *cli, const CliFiles *files)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    struct timespec *before = arena_array(cli->arena, struct timespec, files->count + 1);

    for (size_t i = 0; i < files->count; i++)
        before[i] = changed_at(files->items[i].name.ptr);
    for (;;) {
        nanosleep(&pause, NULL);
        for (size_t i = 0; i < files->count; i++) {
            struct timespec now = changed_at(files->items[i].name.ptr);

            if (now.tv_sec != before[i].tv_sec || now.tv_nsec != before[i].tv_nsec) return;
        }
    }
}
