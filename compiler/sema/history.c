/* history.c — ODX203: values that a range of ticks is too short for.
 *
 * The checker knows how long each value takes to settle; whoever replays ticks knows how many there are.
 * Promise: only the innermost of nested values is reported. */
#include "compiler/sema/sema.h"
#include "vm/base/bug.h"

typedef enum ExprKind { KIND_LEAF, KIND_PURE, KIND_TIME, KIND_BOOK } ExprKind;

static bool has_memory(const Expr *e)
{
    static const uint8_t kinds[] = {
#define EXPR(name, args, kind, meaning) [EX_##name] = KIND_##kind,
#include "compiler/sema/exprs.def"
#undef EXPR
    };

    return e->op < ARRAY_LEN(kinds) && kinds[e->op] == KIND_TIME;
}

static bool is_longer(const Expr *e, Ready range)
{
    return e->settled.us > range.us || e->settled.ticks > range.ticks;
}

static bool is_innermost(const Expr *e, Ready range)
{
    for (uint32_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->id < e->id && is_longer(e->args[i], range)) return false;
    return true;
}

static void mark_args(const Expr *e, bool *marks)
{
    for (uint32_t i = 0; i < e->arg_count; i++)
        marks[e->args[i]->id] = true;
}

/* What only unused lets compute is computed by nobody. A let that is used has its uses as users. */
static bool *find_live(const Program *p, Arena *arena)
{
    bool *is_live = arena_array(arena, bool, p->exprs_count + 1);
    bool *has_user = arena_array(arena, bool, p->exprs_count + 1);

    if (!is_live || !has_user) return NULL;
    for (uint32_t i = 0; i < p->exprs_count; i++)
        mark_args(p->exprs[i], has_user);
    for (uint32_t i = 0; i < p->exprs_count; i++)
        is_live[i] = !has_user[i];
    for (uint32_t i = 0; i < p->lets_count; i++)
        if (p->lets[i].value) is_live[p->lets[i].value->id] = false;
    for (int pass = 0; pass < 2; pass++) /* the past of a `prev` may come later */
        for (uint32_t i = p->exprs_count; i-- > 0;)
            if (is_live[i]) mark_args(p->exprs[i], is_live);
    return is_live;
}

void sema_check_history(const Program *p, Ready range, Diags *diags, Arena *arena)
{
    const bool *is_live = find_live(p, arena);

    for (uint32_t i = 0; is_live && i < p->exprs_count; i++) {
        const Expr *e = p->exprs[i];
        Diag *d;

        if (!is_live[i] || !has_memory(e) || !is_longer(e, range) || !is_innermost(e, range))
            continue;
        d = diag_add(diags, ODX203, e->place, T_HISTORY, arg_source(e->place));
        diag_label(d, T_HISTORY_LABEL, arg_text(ready_text(arena, e->settled)),
                   arg_text(ready_text(arena, range)));
        diag_fact(d, T_HISTORY_WHY);
        diag_help(d, T_HISTORY_HELP);
    }
}
