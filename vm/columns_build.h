/* columns_build.h — what the files that make columns share: words of a block become nodes of the graph.
 *
 * Private to columns_build.c and those named below.  A step that cannot go on sets Builder.why; what it
 * returns then means nothing.  Operands are nodes before the words that read them. */
#pragma once

#include "vm/columns_inside.h"

/* What asking for a node costs, about. */
enum { COST_FIXED = 0, COST_STEADY = 1, COST_INPUT = 4, COST_ROW = 9, COST_MAX = 250 };
enum { BUCKETS = 4096 };

typedef struct Builder {
    Columns *c;
    const Vm *vm;          /* whose params */
    const uint64_t *words; /* of the block */
    uint32_t count, most, most_rows;
    uint8_t market;
    ColumnsWhy why;
    uint16_t *num_of, *cond_of; /* by shared register: the node it has */
    uint16_t *heads, *next;     /* further instances alone: nodes by bucket */
    uint32_t in_rule;           /* the word at which the rule that sets ends; 0: none */
    bool is_further, has_more;  /* has_more: further instances come */
    bool is_between;
    uint64_t tick_clock;
    uint16_t *own_num_of, *own_cond_of; /* by its registers */
} Builder;

static const Node no_node = {.a = NO_NODE, .b = NO_NODE, .c = NO_NODE};

/* columns_nodes.c */
uint16_t build_add(Builder *b, Node n);
uint16_t build_number(Builder *b, double x);
uint16_t build_operand(Builder *b, uint16_t opnd);
void build_set_register(Builder *b, uint16_t reg, uint16_t node);

/* columns_words.c: the word at this place; all of the block */
uint16_t build_word(Builder *b, uint32_t at);
void build_words(Builder *b);

/* columns_memory.c: what a state row holds; a time operator; a word that sets a state, or is about one (NO_NODE) */
uint16_t build_held(Builder *b, uint32_t row);
uint16_t build_row(Builder *b, uint32_t at);
uint16_t build_effect(Builder *b, uint32_t at);

/* columns_wallet.c: false when memory ends, as below */
bool build_wallet(Builder *b, Arena *arena);

/* columns_rooms.c: for so many instances beside the first; lanes; sheets */
uint16_t *build_nothing(uint32_t count, Arena *arena); /* NO_NODE each */
bool build_rooms(Builder *b, uint32_t further, uint32_t limit, Arena *arena);
bool build_lane_rooms(Columns *c, Arena *arena);
bool build_sheet_rooms(Columns *c, bool is_alone, Arena *arena);
