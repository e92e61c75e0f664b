/* signature.c — the call around the cursor: its inputs, what each has to be, and which one is meant. */
#include "compiler/lsp/complete_private.h"

#include "vm/base/fmt.h"

enum { MAX_INPUTS = 64 };

/* One input for each part between commas of what stands between the brackets of the label. */
static void split_inputs(Ask *a, AskSignature *s)
{
    size_t open = span_find_char(s->label, '('), close = span_find_char(s->label, ')');
    uint32_t begin = (uint32_t)open + 1;

    if (open == SPAN_NONE_AT || close == SPAN_NONE_AT) return;
    for (uint32_t i = begin; i <= close && s->count < MAX_INPUTS; i++) {
        if (i < close && s->label.ptr[i] != ',') continue;
        while (begin < i && s->label.ptr[begin] == ' ')
            begin++;
        if (begin < i) (void)vec_push(a->arena, s, (AskInput){.begin = begin, .end = i});
        begin = i + 1;
    }
}

static void of_function(Ask *a, const Function *f, AskSignature *s)
{
    Buf label;

    buf_init(&label, a->arena, 1024);
    function_put(f, &label);
    s->label = buf_span(&label);
    s->doc = span_str(f->sentence);
    split_inputs(a, s);
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i].doc = span_str(function_wants(function_input(f, i)));
}

static void of_definition(Ask *a, const Symbol *def, AskSignature *s)
{
    Buf label;

    buf_init(&label, a->arena, 4096);
    definition_put(def->node, &label);
    s->label = buf_span(&label);
    s->doc = symbol_doc(a, def);
    split_inputs(a, s);
    for (uint32_t i = 0; i < s->count; i++) {
        const Node *formal = node_kid(def->node, KID_DEF_FORMALS + i);

        if (formal && !formal->op) s->items[i].doc = SPAN("a number of any unit");
    }
}

/* The innermost open bracket that a name stands before. */
static const Frame *find_call(const Context *c, Span *ret_name)
{
    for (uint32_t d = c->depth; d > 0 && c->frames[d].kind == FRAME_ROUND; d--) {
        size_t open = c->frames[d].open;

        if (open == 0 || c->words[open - 1].kind != LEX_WORD) continue;
        if (!span_eq_str(word_text(c->ask, c->words[open]), "(")) continue;
        *ret_name = word_text(c->ask, c->words[open - 1]);
        return &c->frames[d];
    }
    return NULL;
}

AskSignature ask_signature(Ask *a, uint32_t offset)
{
    Context *c = arena_new(a->arena, Context);
    AskSignature s = {.count = 0};
    const Function *f;
    const Symbol *def;
    const Frame *call;
    Span name;

    if (arena_is_full(a->arena)) return s;
    if (offset > a->text.len) offset = (uint32_t)a->text.len;
    context_find(c, a, offset);
    call = c->is_off ? NULL : find_call(c, &name);
    if (!call) return s;
    f = function_find(name);
    def = names_global(ask_names(a), name);
    if (def && def->kind == SYM_DEF)
        of_definition(a, def, &s);
    else if (f)
        of_function(a, f, &s);
    s.active = s.count && call->arg >= s.count ? (uint32_t)s.count - 1 : call->arg;
    return s;
}
