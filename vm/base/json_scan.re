/* json_scan.re — the JSON scanner: one regular expression a token, UTF-8 and escapes included. */
#include "vm/base/json_scan.h"

JsonToken json_scan(const char **at, const char **ret_start)
{
    const unsigned char *p = (const unsigned char *)*at, *marker, *start;

#define JSON_TOKEN(kind) return *at = (const char *)p, *ret_start = (const char *)start, kind
again:
    start = p;
    /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = p;
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;

    tail = [\x80-\xbf];
    wide = [\xc2-\xdf] tail
         | "\xe0" [\xa0-\xbf] tail | [\xe1-\xec\xee\xef] tail{2} | "\xed" [\x80-\x9f] tail
         | "\xf0" [\x90-\xbf] tail{2} | [\xf1-\xf3] tail{3} | "\xf4" [\x80-\x8f] tail{2};
    plain = [\x20\x21\x23-\x5b\x5d-\x7f] | wide;
    hex = [0-9a-fA-F];
    unit = "\\u" ([0-9a-cefA-CEF] hex{3} | [dD] [0-7] hex{2});
    pair = "\\u" [dD] [89abAB] hex{2} "\\u" [dD] [c-fC-F] hex{2};
    escape = "\\" ["\\/bfnrt] | unit | pair;
    integer = "-"? ("0" | [1-9] [0-9]*);
    fraction = "." [0-9]+;
    exponent = [eE] [+-]? [0-9]+;

    [ \t\r\n]+                      { goto again; }
    "{"                             { JSON_TOKEN(JSON_T_OBJECT); }
    "}"                             { JSON_TOKEN(JSON_T_OBJECT_END); }
    "["                             { JSON_TOKEN(JSON_T_ARRAY); }
    "]"                             { JSON_TOKEN(JSON_T_ARRAY_END); }
    ","                             { JSON_TOKEN(JSON_T_COMMA); }
    ":"                             { JSON_TOKEN(JSON_T_COLON); }
    ["] plain* ["]                  { JSON_TOKEN(JSON_T_STRING); }
    ["] (plain | escape)* ["]       { JSON_TOKEN(JSON_T_STRING_ESCAPED); }
    integer                         { JSON_TOKEN(JSON_T_INTEGER); }
    integer fraction? exponent?     { JSON_TOKEN(JSON_T_NUMBER); }
    "true"                          { JSON_TOKEN(JSON_T_TRUE); }
    "false"                         { JSON_TOKEN(JSON_T_FALSE); }
    "null"                          { JSON_TOKEN(JSON_T_NULL); }
    "\x00"                          { p--; JSON_TOKEN(JSON_T_END); }
    *                               { JSON_TOKEN(JSON_T_BAD); }
    */
}
