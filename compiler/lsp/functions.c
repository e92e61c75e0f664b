/* functions.c — the prelude as completion, hover and signatures show it; rows of vm/builtins.def. */
#include "compiler/lsp/ask_private.h"

#include "vm/base/bug.h"
#include "vm/base/fmt.h"

static const Function functions[] = {
#define BUILTIN(name, op, inputs, result, names, sentence) {name, inputs, result, names, sentence},
#include "vm/builtins.def"
#undef BUILTIN
};

const Function *function_find(Span name)
{
    for (size_t i = 0; i < ARRAY_LEN(functions); i++)
        if (span_eq_str(name, functions[i].name)) return &functions[i];
    return NULL;
}

size_t function_count(void)
{
    return ARRAY_LEN(functions);
}

const Function *function_at(size_t i)
{
    return &functions[i];
}

char function_input(const Function *f, uint32_t i)
{
    uint32_t at = 0;
    char last = 0;

    for (const char *p = f->inputs; *p; p++) {
        if (*p == '?') continue;
        if (*p == '+') return last;
        last = *p;
        if (at++ == i) return last;
    }
    return 0;
}

const char *function_wants(char code)
{
    switch (code) {
    case 'x':
        return "a number of any unit";
    case 'X':
        return "in the unit of the first";
    case 'd':
        return "a plain number";
    case 'v':
        return "a number or a condition";
    case 'c':
        return "a condition";
    case 'n':
        return "a whole number of steps, fixed before the run";
    case 't':
        return "something to trade";
    case 's':
        return "dollars or shares";
    case 'p':
        return "a price";
    case 'b':
        return "buy or sell";
    default:
        return "";
    }
}

static const char *result_words(char code)
{
    switch (code) {
    case '1':
        return "number";
    case 'b':
        return "yes/no";
    case 'T':
        return "duration";
    case '$':
        return "usd";
    case 'p':
        return "price";
    case 'q':
        return "root of the unit of x";
    default:
        return "unit of x";
    }
}

void function_put(const Function *f, Buf *out)
{
    buf_fmt(out, "%s(%s) -> %s", f->name, f->names, result_words(f->result));
}

void definition_put(const Node *def, Buf *out)
{
    buf_fmt(out, "%S(", def->name);
    for (uint32_t i = KID_DEF_FORMALS; i < def->kid_count; i++) {
        const Node *formal = def->kids[i];

        buf_fmt(out, "%s%S", i > KID_DEF_FORMALS ? ", " : "", formal->name);
        if (formal->op) buf_fmt(out, ": %s", type_word_text((TypeWord)formal->op));
    }
    buf_char(out, ')');
    if (def->op) buf_fmt(out, " -> %s", type_word_text((TypeWord)def->op));
}
