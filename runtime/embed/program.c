/* program.c — see program.h. */
#include "runtime/embed/program.h"

#include "runtime/embed/verbs.h"
#include "runtime/engine/engine.h"
#include "runtime/proof/params.h"
#include "vm/base/fixed.h"

void program_error(Work *w, const char *fmt, Span word)
{
    Buf b;

    buf_init(&b, &w->arena, 1 << 12);
    buf_fmt(&b, fmt, span_sub(word, 0, 80));
    work_error(w, buf_span(&b));
}

static bool set_param(EmbedProgram *p, RequestPair pair, Work *w)
{
    const Program *program = p->c.program;

    for (uint32_t i = 0; i < program->params_count; i++) {
        if (!span_is(program->params[i].name, pair.name)) continue;
        if (param_parse(&program->params[i], pair.text, &p->params[i])) return true;
        program_error(w, "not a value of the param `%S`", pair.name);
        return false;
    }
    program_error(w, "the document has no param `%S`", pair.name);
    return false;
}

/* "$500" or "500". */
static bool set_cash(EmbedProgram *p, Work *w)
{
    Span text = p->request.cash;

    p->cash_micros = engine_config_default(p->image).cash_micros;
    if (!text.len) return true;
    if (span_starts(text, SPAN("$"))) text = span_from(text, 1);
    if (fx_parse(text, FX_PLACES, FX_DOWN, &p->cash_micros) && p->cash_micros >= 0) return true;
    program_error(w, "`cash` is an amount of dollars, not `%S`", p->request.cash);
    return false;
}

static bool set_params(EmbedProgram *p, Arena *arena, Work *w)
{
    const Program *program = p->c.program;

    p->params = arena_array(arena, double, program->params_count + 1);
    for (uint32_t i = 0; i < program->params_count; i++)
        p->params[i] = program->params[i].value;
    for (uint32_t i = 0; i < p->request.params_count; i++)
        if (!set_param(p, p->request.params[i], w)) return false;
    return true;
}

bool program_open(EmbedProgram *p, Arena *arena, Work *w)
{
    CompileOptions options = request_options(&p->request, STAGE_EMIT);
    Refusal why = {0};

    p->c = compile(p->request.name, p->request.text, &options, arena);
    verb_put_findings(w, &p->c);
    if (!p->c.image.len) return false;
    p->image = image_load(p->c.image, arena, &why);
    w->has_failed |= !p->image; /* it was loaded once while compiling: what lacks is memory */
    return p->image && set_params(p, arena, w) && set_cash(p, w);
}
