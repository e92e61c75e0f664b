/* render.h — findings as text, JSON lines, SARIF 2.1.0 and workflow commands (7.1, 7.2).
 *
 * Finished findings in, bytes out; everything goes into a Buf.  Promise: the bytes depend on the
 * findings only; with colour off the text is the coloured text without its escapes; whatever the
 * findings hold, JSON and SARIF stay valid. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "compiler/diag/diag.h"
#include "vm/base/buf.h"

#define RENDER_GITHUB_MAX 10  /* errors and warnings each: the platform shows no more */
#define RENDER_SARIF_MAX 5000 /* results */

/* Several compilations of one run, in the order of their files. */
typedef struct RenderSet {
    const Diags *const *list;
    size_t count;
} RenderSet;

/* All findings, an empty line between two. Allowed ones are left out. */
void render_text(Buf *out, const Diags *ds, bool has_color);
void render_finding(Buf *out, const Diag *d, bool has_color);

/* One object a line. Allowed ones are left out. */
void render_json_lines(Buf *out, const Diags *ds);

/* One log of one run; allowed findings are there as suppressed. `scratch` may be the arena of `out`. */
void render_sarif(Buf *out, RenderSet set, Span tool_version, Arena *scratch);

/* Workflow commands, the totals first. */
void render_github(Buf *out, RenderSet set, size_t file_count);
/* The whole list as a table, for the step summary. */
void render_github_summary(Buf *out, RenderSet set, size_t file_count);
/* "2 errors, 3 warnings in 4 files" */
void render_totals(Buf *out, RenderSet set, size_t file_count);
