/* source.h — the texts of one compilation, and where in them something stands.
 *
 * A compilation reads one main file and the modules it uses; each gets a number.  Everything later
 * points into a text with a Place; lines and columns are worked out only when somebody looks.
 * Promise: the texts are borrowed and never changed; every function accepts places that are out of
 * bounds and clips them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/arena.h"
#include "vm/base/span.h"

#define SOURCE_MAX_FILES 64
#define SOURCE_MAX_BYTES ((size_t)262144) /* a file: 256 KiB (2.2) */

/* Bytes [begin, end) of a file. A place of no bytes stands before `begin`. */
typedef struct Place {
    uint32_t begin, end;
    uint16_t file;
} Place;

/* Line and columns of a byte, all counted from 1. */
typedef struct Position {
    uint32_t line;
    uint32_t column;       /* in bytes */
    uint32_t utf16_column; /* as editors count */
} Position;

typedef struct Source { /* owned by its Sources */
    Span name;          /* as the user gave it: "late_mover.odx" */
    Span text;          /* borrowed; a byte-order mark counts as text */
    uint32_t *line_starts;
    uint32_t line_count; /* at least 1 */
    uint16_t file;
    bool is_json; /* forms and graphs: no comments, no `allow` */
} Source;

typedef struct Sources { /* lives as long as its arena */
    Arena *arena;
    Source files[SOURCE_MAX_FILES];
    uint16_t count;
} Sources;

void sources_init(Sources *ss, Arena *arena);
/* Adds a text and returns it, or NULL when there are too many files or no memory. The bytes behind
 * `text` must outlive the compilation. */
Source *sources_add(Sources *ss, Span name, Span text);
/* The file of that number, or NULL. */
const Source *sources_get(const Sources *ss, uint16_t file);

/* The text at a place. */
Span source_text(const Sources *ss, Place at);
/* Where byte `offset` of the file stands. */
Position source_position(const Source *s, uint32_t offset);
/* Line `line` (from 1) without its line end; empty when there is none. */
Span source_line(const Source *s, uint32_t line);
/* Offset of the first byte of line `line`. */
uint32_t source_line_start(const Source *s, uint32_t line);

static inline Place place_at(uint16_t file, uint32_t begin, uint32_t end)
{
    return (Place){begin, end, file};
}

/* From the beginning of `a` to the end of `b`. */
static inline Place place_join(Place a, Place b)
{
    return (Place){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end, a.file};
}

static inline bool place_is_same(Place a, Place b)
{
    return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

static inline bool place_contains(Place outer, Place inner)
{
    return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}
