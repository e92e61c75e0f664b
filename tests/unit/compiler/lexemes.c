/* lexemes.c FILE — the lexemes of a text as the compiler's scanner cuts them, one a line: kind begin end.
 *
 * Kinds are those an editor can show: word, reserved, number, string, comment.  Other marks are left out. */
#include <stdio.h>

#include "compiler/source/lexer.h"
#include "compiler/source/parse.h"

static const char *kind_of(const Lexeme *x, const char *text)
{
    switch (x->kind) {
    case LEX_WORD:
        return word_is_reserved((Span){text + x->begin, x->end - x->begin}) ? "reserved" : "word";
    case LEX_NUMBER:
        return "number";
    case LEX_STRING:
    case LEX_OPEN_STRING:
        return "string";
    case LEX_COMMENT:
        return "comment";
    default:
        return NULL;
    }
}

int main(int argc, char **argv)
{
    static char text[1 << 20];
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    Lexer lx = {text, 0, 0};
    size_t len;

    if (!f) return 2;
    len = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    lx.len = (uint32_t)len;
    for (;;) {
        Lexeme x = lexer_next(&lx);
        const char *kind = kind_of(&x, text);

        if (x.kind == LEX_END) return 0;
        if (kind) printf("%s %u %u\n", kind, x.begin, x.end);
    }
}
