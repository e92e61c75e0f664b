/* replay_main.c — turns a fuzz target into an ordinary test.
 *
 * Arguments are files or folders; each file below them goes once through LLVMFuzzerTestOneInput, in
 * the order of their names.  The buffer is exactly as long as the file, so that a sanitizer sees each
 * read past its end.  Promise: an empty or missing corpus is a failure, never a silent pass. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replayed, unreadable;

static void replay_file(const char *path, size_t size)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(size ? size : 1);

    if (!f || !data || fread(data, 1, size, f) != size) {
        printf("cannot read %s\n", path);
        unreadable++;
    } else {
        LLVMFuzzerTestOneInput(data, size);
        replayed++;
    }
    free(data);
    if (f) fclose(f);
}

static void replay_path(const char *path)
{
    struct dirent **entries;
    struct stat st;
    int count;

    if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
        replay_file(path, (size_t)st.st_size);
        return;
    }
    count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        printf("cannot read %s\n", path);
        unreadable++;
        return;
    }
    for (int i = 0; i < count; i++) {
        char inner[4096];

        if (entries[i]->d_name[0] != '.') {
            snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
            replay_path(inner);
        }
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    bool ok;

    for (int i = 1; i < argc; i++)
        replay_path(argv[i]);
    ok = replayed > 0 && !unreadable;
    if (!replayed) printf("the corpus is empty\n");
    printf("%d passed, %d failed\n", replayed, unreadable + !replayed);
    return ok ? 0 : 1;
}
