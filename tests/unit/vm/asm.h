/* asm.h — a small assembler for tests: tables with usable rows, words from text, images from both.
 *
 * asm_init fills tables with a slot market, its two tokens, a leader, a feed, clocks, constants, params, rules and
 * actions; tests add state rows and blocks, or spoil a row.  Words are text, one a line or behind `;`:
 *   LT sq0 s0 c1      registers s0 sq0 w0 wq0, constants c0, params p0, rows and other numbers bare, `-` absent
 *   XUP sq1 4 s0 | s1 a second word behind `|`          REQ.1 wq0 64 3   flags behind a point
 * Promise: what asm_init leaves is accepted by the verifier. */
#pragma once

#include "vm/base/arena.h"
#include "vm/image.h"
#include "vm/ops.h"
#include "vm/state/memory.h"
#include "vm/verify.h"
#include "vm/vm.h"

enum { ASM_ROWS = 64, ASM_WORDS = 1024 };

/* Rows that asm_init makes. */
enum {
    IN_BID,
    IN_ASK,
    IN_VOLUME,
    IN_CASH,
    IN_TRADE_PRICE,
    IN_POSITION,
    IN_FEED,
    IN_WINNER,
    IN_COUNT,
};
enum { CK_TICK, CK_EVERY, CK_FEED, CK_LEADER, CK_FILL, CK_EVERY2, CK_COUNT };
enum { RL_WHEN, RL_WHILE, RL_ON, RL_WHEN_SHARED, RL_COUNT };
enum { /* actions, with their rules */
       AC_BUY,
       AC_SELL,
       AC_CLOSE,
       AC_CANCEL,
       AC_SPLIT,
       AC_ALERT,
       AC_DYN,
       AC_LEG,
       AC_LEG2,
       AC_ALL,   /* of RL_WHEN */
       AC_QUOTE, /* of RL_WHILE */
       AC_ON,    /* of RL_ON */
       AC_COUNT,
};
enum { LM_STOP, LM_TIME, LM_EXIT, LM_NO_ENTRY, LM_MAX, LM_COUNT };
enum { SH_NUM, SH_COND, SH_PROMISE, SH_PROBE, SH_PROBEB, SH_COUNT };
enum { ROW_ARM, ROW_ARM_SHARED, ROW_FIRST }; /* state rows that are always there */

typedef struct Asm {
    Image image; /* tables below, counts as they grow */
    ImageMeta meta;
    double consts[ASM_ROWS];
    InputRow inputs[ASM_ROWS];
    ParamRow params[4];
    DerivedRow derived[4];
    StateRow state[ASM_ROWS];
    RuleRow rules[16];
    ActionRow actions[16];
    LimitRow limits[8];
    ShowRow shows[8];
    ReadyRow ready[16];
    SourceRow sources[4];
    TokenRow tokens[4];
    ClockRow clocks[8];
    LineRow lines[8];
    CondRow conds[8];
    BlockRow blocks[2][ASM_ROWS];
    uint64_t words[2][ASM_WORDS];
    char strings[128];
} Asm;

void asm_init(Asm *a);
/* A state row behind the others of its space; `window` an operand or OPND_NONE. */
uint32_t asm_state(Asm *a, StateKind kind, uint8_t space, uint16_t window, uint32_t max_window,
                   uint64_t clocks);
/* Appends a block; blocks must come in the order of part, event, index. */
void asm_block(Asm *a, Part part, EventKind event, uint16_t index, const char *text);
/* The operand of the constant `v`, which must be in the table. */
uint16_t asm_const(const Asm *a, double v);
/* The image file, 8-byte aligned. */
Span asm_bytes(Asm *a, Arena *arena);
/* Loaded; NULL with the reason in *ret_why (printed when ret_why is NULL, which is then a failed check). */
const Image *asm_load(Asm *a, Arena *arena, Refusal *ret_why);
