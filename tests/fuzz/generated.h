/* generated.h — a few hundred strategies by number, each compiled when it is first asked for and then kept. */
#pragma once

#include "compiler/compiler.h"
#include "vm/image.h"

typedef enum GeneratedKind {
    GENERATED_ANY,     /* of the whole language */
    GENERATED_PLAIN,   /* of one market, all numbers params: variants share ticks */
    GENERATED_ENTRIES, /* all entries and limits that refuse them */
    GENERATED_KINDS
} GeneratedKind;

typedef struct Generated {
    const Image *image; /* NULL: nothing that compiles has this number */
    Compilation c;
} Generated;

enum { GENERATED_SEEDS = 48 };
const Generated *generated_program(GeneratedKind kind, uint8_t seed);
