/* parser.h — what the scanner, the grammar and their helpers share (private to the room).
 *
 * The scanner turns lexemes into tokens with values, follows the nesting, and, behind an unreadable
 * statement, deals out the words that bring the grammar back to the next one.  Promise: once the
 * arena is full or too much is wrong, only the end of the file is dealt out. */
#pragma once

#include "compiler/source/lexer.h"
#include "compiler/source/parse.h"
#include "vm/base/vec.h"

#define PARSE_MAX_NESTING 64 /* open brackets and braces (2.2) */
#define PARSE_MAX_NAME 64
#define PARSE_MAX_MISTAKES 100
#define PARSE_QUEUE (PARSE_MAX_NESTING + 4)

typedef struct NodeList {
    Node **items;
    size_t count, cap;
} NodeList;

typedef struct Token {
    int kind;
    Place place;
    Span span;
    Node *node;
    bool is_first_on_line;
} Token;

typedef struct RawComment {
    Comment *comment;
    bool is_own_line; /* nothing but white space stands before it */
} RawComment;

typedef struct OpenMark {
    int kind; /* TOK_LBRACE ... */
    Place place;
    bool is_layout, is_test;
    bool is_dropped; /* belongs to what could not be read; the grammar does not see it */
    int head;        /* the statement at this depth whose block has not begun; 0 none */
} OpenMark;

typedef struct Parser {
    Parse *parse;
    Arena *arena;
    Diags *diags;
    const Source *source;
    Lexer lexer;
    VEC(RawComment) comments;
    Token last, before; /* dealt out most recently, and the one before that */
    Token queue[PARSE_QUEUE];
    size_t queue_at, queue_count;
    OpenMark open[PARSE_MAX_NESTING + 1]; /* [0] is the file */
    uint32_t depth;
    int head_before; /* head and depth before `last` was taken in */
    uint32_t braces_before;
    uint8_t plain_words; /* words of `because` still to come */
    bool skips_to_block;
    bool is_recovering; /* the grammar looks for the next statement */
    bool is_stopped;
    bool is_end_told; /* that the file ends too early has been said */
    uint32_t mistakes;
    uint32_t version_end; /* behind `odx 1`; 0 without one */
    Node *spare;          /* handed out when the arena is full; nobody reads it */
    NodeList *spare_list;
    Node *result;
} Parser;

/* grammar.c: generated */
int grammar_parse(Parser *ps);

static inline Place parser_place(const Parser *ps, uint32_t begin, uint32_t end)
{
    return place_at(ps->source->file, begin, end);
}

/* scan.c */
/* The next word of the text. */
Token parser_scan(Parser *ps);
Token parser_end(const Parser *ps);
/* Puts a word before the ones to be scanned. */
void parser_queue(Parser *ps, Token t);
/* Counts a mistake and stops when there are too many. */
void parser_mistake(Parser *ps);

/* recover.c */
/* The next word for the grammar. */
Token parser_token(Parser *ps);
/* Number of open braces. */
uint32_t parser_braces(const Parser *ps);
/* The words to be dealt out next, so that the grammar finds the next statement. */
void parser_plan_recovery(Parser *ps);
/* Deals out this kind of word again in place of the last one. */
void parser_correct(Parser *ps, int kind);

/* words.c */
enum { WORD_RESERVED = 1, WORD_ITEM = 2, WORD_ACTION = 4, WORD_BLOCK = 8, WORD_NAMES = 16 };
unsigned words_flags(int token);
int words_find(Span word, bool *ret_is_reserved);
/* The spelling of a word or mark; NULL for names and literals. */
const char *words_spelling(int token);
/* The word with any of the wanted flags that `word` is probably meant to be, or NULL. */
const char *words_nearest(Span word, unsigned wanted);

/* build.c: memory for the grammar's stack, NULL when there is none. */
void *parser_stack(Parser *ps, size_t size);

/* numbers.c */
Node *parser_number(Parser *ps, Lexeme at);

/* report.c */
void parser_report(Parser *ps, const int *expected, size_t count);
void parser_report_memory(Parser *ps);
/* The file ends inside a block, or before one. */
void parser_report_end(Parser *ps);
void parser_report_misspelt(Parser *ps, const Token *t, const char *near);

/* renaming.c */
/* The fix of a reserved word that was taken for a name: it and all its uses get a `_`. */
void parser_rename(Parser *ps, Diag *d, Place name, Span written);

/* comments.c */
void parser_attach_comments(Parser *ps, Node *file);
