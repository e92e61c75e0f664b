/* answer_edit.c — code actions, formatting and rename in the protocol's words. */
#include "compiler/lsp/server.h"

#include "compiler/views/document.h"

#include "vm/base/fmt.h"

/* ---- code actions ----------------------------------------------------------------------------- */

/* Does the client ask for this kind (or one that holds it)? */
static bool is_wanted(const Call *c, Span kind)
{
    const JsonValue *only = wire_path(c->params, "context.only");

    if (!only || only->kind != JSON_ARRAY) return true;
    JSON_EACH(only, v)
    {
        bool is_prefix = v->kind == JSON_STRING && span_starts(kind, v->text);

        if (is_prefix &&
            (kind.len == v->text.len || v->text.len == 0 || kind.ptr[v->text.len] == '.'))
            return true;
    }
    return false;
}

static void put_workspace_edit(Call *c, const Changes *edits)
{
    put_key(c, "edit");
    open_object(c);
    put_key(c, "documentChanges");
    open_array(c);
    open_object(c);
    put_key(c, "textDocument");
    open_object(c);
    put_string(c, "uri", c->doc->uri);
    put_int(c, "version", c->doc->version);
    close_object(c);
    put_key(c, "edits");
    put_edits(c, edits);
    close_object(c);
    close_array(c);
    close_object(c);
}

static Span title_of(Call *c, const AskFix *f)
{
    Buf b;

    if (!f->diag || f->fix == FIX_NONE) return f->title;
    buf_init(&b, c->arena, f->title.len + 64);
    buf_fmt(&b, "%S (%s fix, %s)", f->title, fix_class_name(f->fix),
            diag_info(f->diag->code)->code);
    return buf_span(&b);
}

/* A choice: nothing is done, but everybody sees that there is something to do. */
static void put_disabled(Call *c)
{
    put_key(c, "disabled");
    open_object(c);
    put_string(c, "reason", SPAN("several readings: write the one that is meant"));
    close_object(c);
}

static void put_action(Call *c, const AskFix *f)
{
    if (!is_wanted(c, f->kind)) return;
    open_object(c);
    put_string(c, "title", title_of(c, f));
    put_string(c, "kind", f->kind);
    if (f->diag) {
        put_key(c, "diagnostics");
        open_array(c);
        put_finding_of(c, f->diag);
        close_array(c);
    }
    if (f->fix == FIX_SAFE) put_bool(c, "isPreferred", true);
    if (f->edits.count)
        put_workspace_edit(c, &f->edits);
    else
        put_disabled(c);
    put_key(c, "data");
    open_object(c);
    put_string(c, "class", span_str(fix_class_name(f->fix)));
    close_object(c);
    close_object(c);
}

static void put_fix_all(Call *c)
{
    Changes all = ask_fix_all(c->ask);

    if (!all.count || !is_wanted(c, SPAN("source.fixAll"))) return;
    open_object(c);
    put_string(c, "title", SPAN("apply all safe fixes"));
    put_string(c, "kind", SPAN("source.fixAll"));
    put_workspace_edit(c, &all);
    close_object(c);
}

/* What odx/why replayed last, at the end of the text. */
static void put_replay(Call *c)
{
    AskFix fix = {.title = SPAN("write a `test` from the last replay"),
                  .kind = SPAN("refactor.rewrite")};
    uint32_t end = (uint32_t)c->ask->text.len;
    Buf b;

    if (!c->doc->replay || document_is_json(c->doc->name, c->ask->text)) return;
    buf_init(&b, c->arena, c->doc->replay_len + 16);
    buf_fmt(&b, "%s\n%S", end && c->ask->text.ptr[end - 1] == '\n' ? "" : "\n",
            span_of(c->doc->replay, c->doc->replay_len));
    fix.edits = changes_new(c->arena, c->ask->text);
    changes_put(&fix.edits, end, end, buf_span(&b));
    put_action(c, &fix);
}

void answer_code_actions(Call *c)
{
    uint32_t begin, end;
    AskFixes fixes;

    wire_range_offsets(c, json_member(c->params, "range"), &begin, &end);
    fixes = ask_fixes(c->ask, begin, end);
    open_array(c);
    for (size_t i = 0; i < fixes.count; i++)
        put_action(c, &fixes.items[i]);
    put_replay(c);
    put_fix_all(c);
    close_array(c);
}

/* ---- formatting ------------------------------------------------------------------------------- */

void answer_formatting(Call *c)
{
    Changes edits = ask_format(c->ask);

    put_edits(c, &edits);
}

/* The lines that change and touch the range. */
void answer_range_formatting(Call *c)
{
    Changes all = ask_format(c->ask), some = changes_new(c->arena, c->ask->text);
    uint32_t begin, end;

    wire_range_offsets(c, json_member(c->params, "range"), &begin, &end);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].begin <= end && begin <= all.items[i].end)
            changes_put(&some, all.items[i].begin, all.items[i].end, all.items[i].insert);
    put_edits(c, &some);
}

void answer_will_save(Call *c)
{
    Changes edits = changes_new(c->arena, c->ask->text);

    if (c->lsp->has_changes_on_save) edits = ask_format(c->ask);
    put_edits(c, &edits);
}

/* ---- rename ----------------------------------------------------------------------------------- */

void answer_prepare_rename(Call *c)
{
    Place at;
    const char *why = rename_refusal(c, &at);

    if (why) {
        call_refuse(c, RPC_FAILED, why);
        return;
    }
    open_object(c);
    put_range(c, "range", at.begin, at.end);
    put_string(c, "placeholder", source_text(c->ask->c.sources, at));
    close_object(c);
}

static void put_edits_of(Call *c, Member *m)
{
    json_write_key(c->w, m->uri);
    open_array(c);
    for (size_t i = 0; i < m->edits.count; i++) {
        open_object(c);
        put_range_of(c, m, "range", m->edits.items[i].begin, m->edits.items[i].end);
        put_string(c, "newText", m->edits.items[i].insert);
        close_object(c);
    }
    close_array(c);
}

void answer_rename(Call *c)
{
    Members all = {.count = 0};
    const char *why = rename_edits(c, wire_text(c->params, "newName"), &all);

    if (why) {
        call_refuse(c, RPC_FAILED, why);
        return;
    }
    open_object(c);
    put_key(c, "changes");
    open_object(c);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].edits.count) put_edits_of(c, &all.items[i]);
    close_object(c);
    close_object(c);
}
