/* lexer.h — cuts a text into lexemes; judges nothing (private to the room).
 *
 * The text ends in a NUL behind its last byte.  Promise: lexemes tile the text apart from white
 * space, each at least one byte, and LEX_END comes at the end and nowhere else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum LexKind {
    LEX_END,
    LEX_WORD,
    LEX_NUMBER,      /* digits with whatever is glued to them */
    LEX_STRING,      /* with its quotes */
    LEX_OPEN_STRING, /* no closing quote on its line */
    LEX_COMMENT,
    LEX_MARK,    /* token says which */
    LEX_FOREIGN, /* a mark of other languages: == && ; */
    LEX_BYTE,    /* anything else, one character */
} LexKind;

typedef struct Lexeme {
    LexKind kind;
    int token; /* LEX_MARK */
    uint32_t begin, end;
} Lexeme;

typedef struct Lexer {
    const char *text;
    uint32_t len, at;
} Lexer;

Lexeme lexer_next(Lexer *lx);
