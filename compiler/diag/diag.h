/* diag.h — findings: what is wrong with a strategy, why, and what to type instead.
 *
 * Every room reports here; nobody prints.  A finding has a code, a place, a title, labelled marks,
 * facts and helps; all texts are rows of diag.def, filled in here.  Promise: the same input gives
 * the same findings in the same order; a finding caused by another one is withheld; diag_add never
 * returns NULL, so that callers chain without asking.
 *
 *     Diag *d = diag_add(ds, ODX104, right->place, T_PERCENT_VS_NUMBER);
 *     diag_label(d, T_BARE_MEANS, arg_source(right->place), arg_percent(3));
 *     diag_mark(d, left->place, T_A_PERCENTAGE);
 *     diag_fix(d, FIX_SAFE, T_WRITE_THE_UNIT);
 *     diag_edit(d, place_at(file, end, end), SPAN("%")); */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/source/source.h"
#include "vm/base/arena.h"
#include "vm/base/span.h"

typedef enum DiagLevel { LEVEL_OFF, LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR } DiagLevel;

typedef enum DiagChapter {
    CHAPTER_WORDS, /* ODX0xx */
    CHAPTER_UNITS,
    CHAPTER_TIME,
    CHAPTER_LOGIC,
    CHAPTER_MONEY,
    CHAPTER_STYLE,
    CHAPTER_GRAPH,
    CHAPTER_COST,
    CHAPTER_PROOF,
    CHAPTER_BYTECODE,
} DiagChapter;

/* What the code's findings offer at best. */
typedef enum DiagFixable {
    FIXABLE_NO,
    FIXABLE_SOME, /* some findings of the code */
    FIXABLE_SAFE,
    FIXABLE_SUGGESTED,
    FIXABLE_ASKS, /* several readings: never applied by a machine */
} DiagFixable;

typedef enum DiagCode {
    ODX_NONE,
#define CODE(code, name, level, chapter, fixable, title) code,
#define TEXT(id, text)
#include "compiler/diag/diag.def"
#undef CODE
#undef TEXT
    DIAG_CODE_COUNT
} DiagCode;

typedef enum TextId {
    T_NONE,
#define CODE(code, name, level, chapter, fixable, title)
#define TEXT(id, text) id,
#include "compiler/diag/diag.def"
#undef CODE
#undef TEXT
    TEXT_COUNT
} TextId;

/* What every finding needs of its code. */
typedef struct DiagInfo {
    char code[8];    /* "ODX401" */
    DiagLevel level; /* unless configured otherwise */
} DiagInfo;

/* What catalogues and pages say of it besides. */
typedef struct DiagAbout {
    const char *name;  /* "NoExit" */
    const char *title; /* "buys and never exits" */
    DiagChapter chapter;
    DiagFixable fixable;
} DiagAbout;

/* Values that are filled into {0}, {1} ... and how people read them. */
typedef enum DiagArgKind {
    ARG_END,
    ARG_TEXT,
    ARG_SOURCE,   /* the text at a place */
    ARG_INT,      /* 10,000 */
    ARG_NUMBER,   /* 0.25 */
    ARG_USD,      /* $50, $1,234.50 */
    ARG_PRICE,    /* 0.575 is 57.5c, 1.04 is $1.04 */
    ARG_PERCENT,  /* 0.8 is 80% */
    ARG_CHANGE,   /* 0.015 is +1.5% */
    ARG_DURATION, /* 900 is 15m, 90 is 1m 30s */
    ARG_SHARES,   /* 96 shares, 1 share */
    ARG_COINS,
} DiagArgKind;

typedef struct DiagArg {
    DiagArgKind kind;
    union {
        Span text;
        double num;
        int64_t whole;
        Place place;
    };
} DiagArg;

/* safe: same behaviour, or it did not compile and one reading fits; suggested: changes what is
 * traded; choice: several readings, never applied by a machine (2.6.3). */
typedef enum FixClass { FIX_NONE, FIX_SAFE, FIX_SUGGESTED, FIX_CHOICE } FixClass;

typedef struct DiagMark {
    struct DiagMark *next;
    Place place;
    Span label;
} DiagMark;

typedef struct DiagFact {
    struct DiagFact *next;
    Span text;
} DiagFact;

typedef struct DiagEdit {
    struct DiagEdit *next;
    Place place; /* what goes; nothing when begin == end */
    Span insert;
} DiagEdit;

/* A help line; with edits it is a fix. */
typedef struct DiagHelp {
    struct DiagHelp *next;
    FixClass fix;
    Span text;
    Span note; /* instead of "(safe fix)" and the like; empty: the usual words */
    DiagEdit *edits;
} DiagHelp;

/* Where a finding lives in a node document, so that an editor can paint it. */
typedef struct DiagGraph {
    Span pointer; /* "/nodes/2" */
    DiagFact *nodes, *edges;
} DiagGraph;

typedef struct Diags Diags;

typedef struct Diag { /* lives on the compilation's arena */
    Diags *owner;
    DiagCode code;
    DiagLevel level;
    Place place;
    Span title, label;
    DiagMark *marks;
    DiagFact *facts;
    DiagHelp *helps;
    DiagGraph *graph; /* NULL for text */
    Span item;        /* name of the item it is in, for stable fingerprints; may be empty */
    Span allowed;     /* the reason of the `allow` that silenced it; empty when it counts */
    bool is_withheld;
    uint32_t seq;
} Diag;

/* Levels as configured: project file first, then the command line over it (2.6.2). */
typedef struct DiagLevels {
    uint8_t level[DIAG_CODE_COUNT];
} DiagLevels;

typedef struct DiagCounts {
    uint32_t errors, warnings, notes, allowed;
    uint32_t dropped; /* beyond the maximum */
} DiagCounts;

#define DIAG_MAX_FINDINGS 10000

/* The levels of 2.6.1. */
void diag_levels_default(DiagLevels *levels);
/* Sets one code; errors stay errors. False when refused for that. */
bool diag_levels_set(DiagLevels *levels, DiagCode code, DiagLevel level);

/* `levels` may be NULL for the defaults; it is copied. */
Diags *diags_new(Arena *arena, const Sources *sources, const DiagLevels *levels);
/* Stands in where there was no memory for findings: counts one error, lists none, takes none. */
Diags *diags_none(void);

/* ---- reporting ------------------------------------------------------------------------------ */

#define DIAG_ARGS_(...) DIAG_JOIN_(DIAG_LIST_, __VA_OPT__(OF_))(__VA_ARGS__)
#define DIAG_LIST_OF_(...) ((const DiagArg[]){__VA_ARGS__, {.kind = ARG_END}})
#define DIAG_LIST_(...) NULL
#define DIAG_JOIN_(a, b) a##b
#define diag_add(ds, code, place, text, ...) \
    diag_add_((ds), DIAG_SITE_(code, text), (place), (text), DIAG_ARGS_(__VA_ARGS__))
#ifdef DIAG_SITES /* a build for tests that takes away one call after the other */
DiagCode diag_site(const char *file, int line, DiagCode code, TextId text);
#define DIAG_SITE_(code, text) diag_site(__FILE__, __LINE__, (code), (text))
#else
#define DIAG_SITE_(code, text) (code)
#endif
/* What stands at the primary mark. */
#define diag_label(d, text, ...) diag_label_((d), (text), DIAG_ARGS_(__VA_ARGS__))
/* A secondary mark. T_NONE: a mark without a label. */
#define diag_mark(d, place, text, ...) diag_mark_((d), (place), (text), DIAG_ARGS_(__VA_ARGS__))
/* A line after `=`. */
#define diag_fact(d, text, ...) diag_fact_((d), (text), DIAG_ARGS_(__VA_ARGS__))
/* A help without a fix. */
#define diag_help(d, text, ...) diag_fix_((d), FIX_NONE, (text), DIAG_ARGS_(__VA_ARGS__))
/* A help with a fix; its edits follow by diag_edit. A FIX_CHOICE may have none. */
#define diag_fix(d, fix, text, ...) diag_fix_((d), (fix), (text), DIAG_ARGS_(__VA_ARGS__))
/* What stands in brackets behind the last help instead of the usual words. */
#define diag_fix_note(d, text, ...) diag_fix_note_((d), (text), DIAG_ARGS_(__VA_ARGS__))

Diag *diag_add_(Diags *ds, DiagCode code, Place place, TextId text, const DiagArg *args);
void diag_label_(Diag *d, TextId text, const DiagArg *args);
void diag_mark_(Diag *d, Place place, TextId text, const DiagArg *args);
void diag_fact_(Diag *d, TextId text, const DiagArg *args);
void diag_fix_(Diag *d, FixClass fix, TextId text, const DiagArg *args);
void diag_fix_note_(Diag *d, TextId text, const DiagArg *args);
/* Belongs to the last fix: replaces the bytes at `place` by a copy of `insert`. */
void diag_edit(Diag *d, Place place, Span insert);
/* For JSON documents: a pointer, then node and edge ids one by one. */
void diag_graph(Diag *d, Span pointer);
void diag_graph_node(Diag *d, Span id);
void diag_graph_edge(Diag *d, Span id);
/* The item it is in ("quick", "when1"), for fingerprints. */
void diag_item(Diag *d, Span item);

/* Everything inside `place` has been reported: later findings whose place lies in it are withheld. */
void diags_spoil(Diags *ds, Place place);
bool diags_is_spoiled(const Diags *ds, Place place);
/* Nothing uses what is there, and that has been said: only errors in it are. */
void diags_idle(Diags *ds, Place place);
/* Takes a finding back, because a more specific one explains it. */
void diag_withhold(Diag *d);
/* A doubt where the code's other findings are proofs: at most of this level. */
void diag_weaken(Diag *d, DiagLevel level);
/* Has any error been reported so far (withheld ones do not count), or did memory end, so that nobody knows? */
bool diags_has_errors(const Diags *ds);

/* ---- arguments ------------------------------------------------------------------------------ */

static inline DiagArg arg_text(Span text)
{
    return (DiagArg){.kind = ARG_TEXT, .text = text};
}

static inline DiagArg arg_str(const char *text)
{
    return (DiagArg){.kind = ARG_TEXT, .text = span_str(text)};
}

static inline DiagArg arg_source(Place place)
{
    return (DiagArg){.kind = ARG_SOURCE, .place = place};
}

static inline DiagArg arg_int(int64_t v)
{
    return (DiagArg){.kind = ARG_INT, .whole = v};
}

static inline DiagArg arg_num(DiagArgKind kind, double v)
{
    return (DiagArg){.kind = kind, .num = v};
}

static inline DiagArg arg_number(double v)
{
    return arg_num(ARG_NUMBER, v);
}

static inline DiagArg arg_usd(double dollars)
{
    return arg_num(ARG_USD, dollars);
}

static inline DiagArg arg_price(double price)
{
    return arg_num(ARG_PRICE, price);
}

static inline DiagArg arg_percent(double ratio)
{
    return arg_num(ARG_PERCENT, ratio);
}

static inline DiagArg arg_change(double ratio)
{
    return arg_num(ARG_CHANGE, ratio);
}

static inline DiagArg arg_duration(double seconds)
{
    return arg_num(ARG_DURATION, seconds);
}

static inline DiagArg arg_shares(double shares)
{
    return arg_num(ARG_SHARES, shares);
}

static inline DiagArg arg_coins(double coins)
{
    return arg_num(ARG_COINS, coins);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* `allow` as a comment or a JSON key said it: `# odx: allow ODX401 because ...` (2.6.2).  Covers
 * findings on line `first` to `last` of the file. An empty reason allows nothing (ODX508). */
void diags_allow(Diags *ds, Span code, Span reason, Place place, uint32_t first, uint32_t last);
/* The last one covers findings in that place as well. */
void diags_allow_also(Diags *ds, Place place);

/* Applies levels and allows, reports useless allows, sorts and removes duplicates.  Call once, when
 * everything has been reported; then read with diags_count and diags_get. */
void diags_finish(Diags *ds);
/* Findings that count or were allowed, in order of place. */
size_t diags_count(const Diags *ds);
const Diag *diags_get(const Diags *ds, size_t i);
DiagCounts diags_counts(const Diags *ds);
const Sources *diags_sources(const Diags *ds);

const DiagInfo *diag_info(DiagCode code);
const DiagAbout *diag_about(DiagCode code);
/* "ODX104" to its code, ODX_NONE when there is none. */
DiagCode diag_code_find(Span code);
const char *diag_level_name(DiagLevel level);
const char *diag_chapter_name(DiagChapter chapter);
/* "safe", "suggested", "choice". */
const char *fix_class_name(FixClass fix);
/* The row's text as it stands in diag.def. */
const char *diag_text(TextId id);
/* The value as people read it, for texts that are put together elsewhere. */
Span diag_arg_text(Arena *arena, const Sources *sources, const DiagArg *arg);
