/* lexer.re — see lexer.h.  Input ends in NUL, no refill; a NUL inside is a LEX_BYTE. */
#include "compiler/source/lexer.h"

#include "compiler/source/grammar.h"

static Lexeme lexeme(LexKind kind, int token)
{
    return (Lexeme){kind, token, 0, 0};
}

static Lexeme scan(const unsigned char **cursor, const unsigned char *end)
{
    const unsigned char *YYCURSOR = *cursor, *YYMARKER = YYCURSOR;

    (void)YYMARKER;
#define RETURN(kind, token)                                                                        \
    do {                                                                                           \
        *cursor = YYCURSOR;                                                                        \
        return lexeme((kind), (token));                                                            \
    } while (0)
    /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:yyfill:enable = 0;

    digits = [0-9] [0-9_]*;
    glued = [A-Za-z_%$] [A-Za-z0-9_%$]*;
    thousands = "$" [0-9]{1,3} ("," [0-9]{3})+;
    in_text = [^"\\\r\n\x00] | "\\" [^\r\n\x00];
    more = [\x80-\xbf];
    wide = [\xc0-\xdf] more | [\xe0-\xef] more more | [\xf0-\xf7] more more more;

    "\x00" {
        if (YYCURSOR > end) {
            *cursor = end;
            return lexeme(LEX_END, TOK_YYEOF);
        }
        RETURN(LEX_BYTE, 0);
    }
    [A-Za-z_] [A-Za-z0-9_]*          { RETURN(LEX_WORD, 0); }
    "$"? digits ("." digits)? glued? { RETURN(LEX_NUMBER, 0); }
    thousands ("." digits)?          { RETURN(LEX_NUMBER, 0); }
    ["] in_text* ["]                 { RETURN(LEX_STRING, 0); }
    ["] in_text*                     { RETURN(LEX_OPEN_STRING, 0); }
    "#" [^\n\x00]*                   { RETURN(LEX_COMMENT, 0); }

    "{"  { RETURN(LEX_MARK, TOK_LBRACE); }
    "}"  { RETURN(LEX_MARK, TOK_RBRACE); }
    "("  { RETURN(LEX_MARK, TOK_LPAREN); }
    ")"  { RETURN(LEX_MARK, TOK_RPAREN); }
    "["  { RETURN(LEX_MARK, TOK_LBRACKET); }
    "]"  { RETURN(LEX_MARK, TOK_RBRACKET); }
    ","  { RETURN(LEX_MARK, TOK_COMMA); }
    ":"  { RETURN(LEX_MARK, TOK_COLON); }
    "."  { RETURN(LEX_MARK, TOK_DOT); }
    ".." { RETURN(LEX_MARK, TOK_DOTDOT); }
    "="  { RETURN(LEX_MARK, TOK_EQUALS); }
    "->" { RETURN(LEX_MARK, TOK_ARROW); }
    "+"  { RETURN(LEX_MARK, TOK_PLUS); }
    "-"  { RETURN(LEX_MARK, TOK_MINUS); }
    "*"  { RETURN(LEX_MARK, TOK_TIMES); }
    "/"  { RETURN(LEX_MARK, TOK_DIVIDE); }
    "<"  { RETURN(LEX_MARK, TOK_LESS); }
    "<=" { RETURN(LEX_MARK, TOK_LESS_EQ); }
    ">"  { RETURN(LEX_MARK, TOK_GREATER); }
    ">=" { RETURN(LEX_MARK, TOK_GREATER_EQ); }

    "==" | "!=" | "<>" | "&&" | "||" | "!" | ";" | "$" | "%" { RETURN(LEX_FOREIGN, 0); }
    wide { RETURN(LEX_BYTE, 0); }
    *    { RETURN(LEX_BYTE, 0); }
    */
#undef RETURN
}

Lexeme lexer_next(Lexer *lx)
{
    const unsigned char *text = (const unsigned char *)lx->text;
    const unsigned char *cursor, *end = text + lx->len;
    uint32_t begin = lx->at;
    Lexeme found;

    while (begin < lx->len && (text[begin] == ' ' || text[begin] == '\t' || text[begin] == '\r' ||
                               text[begin] == '\n'))
        begin++;
    cursor = text + begin;
    found = scan(&cursor, end);
    found.begin = begin;
    found.end = lx->at = (uint32_t)(cursor - text);
    return found;
}
