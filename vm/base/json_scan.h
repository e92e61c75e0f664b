/* json_scan.h — from bytes to JSON tokens; private to json.c.
 *
 * The text ends in a NUL that is not part of it, so that the scanner needs no refill. */
#pragma once

#include "vm/base/json.h"

typedef enum JsonToken {
    JSON_T_END, /* at the NUL, wherever it is */
    JSON_T_OBJECT,
    JSON_T_OBJECT_END,
    JSON_T_ARRAY,
    JSON_T_ARRAY_END,
    JSON_T_COMMA,
    JSON_T_COLON,
    JSON_T_STRING,
    JSON_T_STRING_ESCAPED,
    JSON_T_INTEGER,
    JSON_T_NUMBER,
    JSON_T_TRUE,
    JSON_T_FALSE,
    JSON_T_NULL,
    JSON_T_BAD, /* see json_scan_reason */
} JsonToken;

/* The next token: *at moves behind it, *ret_start is where it begins. */
JsonToken json_scan(const char **at, const char **ret_start);

/* Why there is no token at `start`, and where exactly. */
JsonReason json_scan_reason(const char *start, const char *end, const char **ret_place);
