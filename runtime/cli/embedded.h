/* embedded.h — files that are part of the program: the examples behind `odx new`, what `odx bench` runs. */
#pragma once

#include <stddef.h>

typedef struct EmbeddedFile {
    const char *name, *text;
    size_t len;
} EmbeddedFile;

extern const EmbeddedFile example_files[];
extern const size_t example_files_count;
/* What `odx bench` runs. */
extern const EmbeddedFile bench_files[];
extern const size_t bench_files_count;
