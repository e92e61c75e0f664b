/* scripts.h — edit scripts: a strategy is changed in one view after another, then every change is taken back.
 *
 * In goes a text, a graph or a form; each step edits one of its notations or only looks at another.  Promise:
 * what stands there in the end must be what stood there in the beginning; if not, both are handed out. */
#pragma once

#include "tests/prop/drawing.h"

typedef enum ScriptStep {
    STEP_GRAPH,   /* an edit of the drawing */
    STEP_LINE,    /* another line in the text */
    STEP_COMMENT, /* a comment above a line of the text */
    STEP_TITLE,   /* another title in the text */
    STEP_LOOK,    /* in another notation, and no edit */
    STEP_VALUE,   /* another number in the form */
    STEP_MORE,    /* a rule more in the form */
    STEP_LESS,    /* a rule less */
    STEPS
} ScriptStep;

extern const char *const script_step_names[STEPS];

typedef struct Script {
    Rng *rng;
    Arena *arena;
    uint64_t steps[STEPS]; /* how often each was done */
    const char *why;       /* what went wrong */
    Span want, got;
} Script;

/* True when all came back.  `start` is a text or a graph. */
bool script_run(Script *s, Span start);
bool script_run_form(Script *s, Span start);
