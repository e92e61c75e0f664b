/* asm.c — text to words, rows to images. */
#include "tests/unit/vm/asm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/test.h"

static const double consts[] = {-1, 0, 0.02, 0.03, 0.05, 0.5, 1,   2,   3,
                                4,  5, 10,   14,   20,   30,  100, 1000};
static const char texts[] = "title"
                            "THIN"
                            "LATE"
                            "market"
                            "stake"
                            "days"
                            "show";

static void put_strings(Asm *a)
{
    /* 0 "", 1 THIN, 2 LATE (reasons), 3 title, 4 market, 5 stake, 6 days, 7 show */
    static const struct {
        uint32_t at, len;
    } from[] = {{0, 0}, {5, 4}, {9, 4}, {0, 5}, {13, 6}, {19, 5}, {24, 4}, {28, 4}};
    uint32_t count = sizeof from / sizeof *from, at = 0, head = 4 + 4 * (count + 1);

    memcpy(a->strings, &count, 4);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(a->strings + 4 + 4 * i, &at, 4);
        memcpy(a->strings + head + at, texts + from[i].at, from[i].len);
        at += from[i].len;
    }
    memcpy(a->strings + 4 + 4 * count, &at, 4);
    a->image.strings = span_of(a->strings, head + at);
}

static void put_sources(Asm *a)
{
    a->sources[0] = (SourceRow){.source = 0,
                                .kind = MARKET_SLOT,
                                .name = 4,
                                .slot_us = 900000000,
                                .stale_us = 10000000,
                                .stale = OPND_NONE};
    a->sources[1] = (SourceRow){.source = 1, .name = 4, .stale = OPND_NONE};
    a->sources[2] = (SourceRow){.source = 3, .name = 4, .stale = OPND_NONE};
    a->image.sources_count = 3;
    a->tokens[0] = (TokenRow){.market = 0, .outcome = 0};
    a->tokens[1] = (TokenRow){.market = 0, .outcome = 1};
    a->image.tokens_count = 2;
    a->clocks[CK_TICK] = (ClockRow){.kind = CLOCK_TICK, .period = OPND_NONE};
    a->clocks[CK_EVERY] =
        (ClockRow){.kind = CLOCK_EVERY, .period = OPND_NONE, .period_us = 1000000};
    a->clocks[CK_FEED] = (ClockRow){.kind = CLOCK_FEED, .period = OPND_NONE};
    a->clocks[CK_LEADER] = (ClockRow){.kind = CLOCK_LEADER, .period = OPND_NONE};
    a->clocks[CK_FILL] = (ClockRow){.kind = CLOCK_FILL, .period = OPND_NONE};
    a->clocks[CK_EVERY2] = (ClockRow){.kind = CLOCK_EVERY, .period = OPND_PARAM | 0};
    a->image.clocks_count = CK_COUNT;
}

static InputRow input(InputSpace space, FieldId field, uint8_t market, uint16_t index)
{
    return (InputRow){.space = (uint8_t)space,
                      .field = (uint8_t)field,
                      .market = market,
                      .index = index,
                      .low = 0,
                      .high = 1e300};
}

static void put_inputs(Asm *a)
{
    a->inputs[IN_BID] = input(IN_SHARED, FIELD_BID, 0, 0);
    a->inputs[IN_ASK] = input(IN_SHARED, FIELD_ASK, 0, 0);
    a->inputs[IN_VOLUME] = input(IN_SHARED, FIELD_VOLUME, 0, 0);
    a->inputs[IN_CASH] = input(IN_WALLET, FIELD_CASH, MARKET_NONE, 0);
    a->inputs[IN_TRADE_PRICE] = input(IN_EVENT, FIELD_TRADE_PRICE, MARKET_NONE, 0);
    a->inputs[IN_POSITION] = input(IN_WALLET, FIELD_POSITION, 0, 0);
    a->inputs[IN_FEED] = input(IN_SHARED, FIELD_FEED_VALUE, MARKET_NONE, 0);
    a->inputs[IN_WINNER] = input(IN_EVENT, FIELD_WINNER, 0, 0);
    a->image.inputs_count = IN_COUNT;
}

static ActionRow action(ActionKind kind, uint8_t unit, int16_t token, uint16_t rule, uint16_t group)
{
    return (ActionRow){
        .kind = (uint8_t)kind, .size_unit = unit, .token = token, .rule = rule, .group = group};
}

static void put_rules(Asm *a)
{
    uint64_t tick = 1 << CK_TICK | 1 << CK_EVERY;

    a->rules[RL_WHEN] = (RuleRow){.kind = RULE_WHEN,
                                  .space = SPACE_WALLET,
                                  .arm = ROW_ARM,
                                  .clocks = tick,
                                  .markets = 1,
                                  .action_count = 10};
    a->rules[RL_WHILE] = (RuleRow){
        .kind = RULE_WHILE, .space = SPACE_WALLET, .arm = UINT32_MAX, .clocks = tick, .markets = 1};
    a->rules[RL_ON] = (RuleRow){.kind = RULE_ON,
                                .event = EV_TICK,
                                .space = SPACE_WALLET,
                                .arm = UINT32_MAX,
                                .clocks = tick};
    a->rules[RL_WHEN_SHARED] = (RuleRow){.kind = RULE_WHEN,
                                         .space = SPACE_SHARED,
                                         .arm = ROW_ARM_SHARED,
                                         .clocks = tick,
                                         .markets = 1};
    a->image.rules_count = a->image.ready_count = RL_COUNT;
    a->actions[AC_BUY] = action(ACT_BUY, SIZE_USD, 0, RL_WHEN, 0xFFFF);
    a->actions[AC_SELL] = action(ACT_SELL, SIZE_SHARES, 0, RL_WHEN, 0xFFFF);
    a->actions[AC_CLOSE] = action(ACT_CLOSE, SIZE_NONE, 0, RL_WHEN, 0xFFFF);
    a->actions[AC_CANCEL] = action(ACT_CANCEL, SIZE_NONE, -1, RL_WHEN, 0xFFFF);
    a->actions[AC_SPLIT] = action(ACT_SPLIT, SIZE_SHARES, 0, RL_WHEN, 0xFFFF);
    a->actions[AC_ALERT] = action(ACT_ALERT, SIZE_NONE, -1, RL_WHEN, 0xFFFF);
    a->actions[AC_DYN] = action(ACT_BUY, SIZE_USD, -1, RL_WHEN, 0xFFFF);
    a->actions[AC_LEG] = action(ACT_BUY, SIZE_SHARES, 0, RL_WHEN, 0);
    a->actions[AC_LEG2] = action(ACT_BUY, SIZE_SHARES, 1, RL_WHEN, 0);
    a->actions[AC_ALL] = action(ACT_SELL, SIZE_ALL, 1, RL_WHEN, 0xFFFF);
    a->actions[AC_QUOTE] = action(ACT_QUOTE, SIZE_NONE, 0, RL_WHILE, 0xFFFF);
    a->actions[AC_ON] = action(ACT_BUY, SIZE_USD, 1, RL_ON, 0xFFFF);
    a->image.actions_count = AC_COUNT;
}

static void put_outputs(Asm *a)
{
    static const uint8_t kinds[LM_COUNT] = {LIM_STOP_LOSS, LIM_TIME_STOP, LIM_EXIT_WHEN,
                                            LIM_NO_ENTRY, LIM_MAX_POSITION};
    static const ShowRow shows[SH_COUNT] = {
        {0, 0, {0}, 7}, {0, 1, {0}, 7}, {1, 1, {0}, 7}, {2, 0, {0}, 7}, {2, 1, {0}, 7}};

    for (int i = 0; i < LM_COUNT; i++)
        a->limits[i] = (LimitRow){.kind = kinds[i], .value = OPND_NONE};
    a->limits[LM_STOP] = (LimitRow){.kind = LIM_STOP_LOSS, .flags = 1, .value = OPND_CONST | 2};
    a->image.limits_count = LM_COUNT;
    memcpy(a->shows, shows, sizeof shows);
    a->image.shows_count = SH_COUNT;
}

static void link_tables(Asm *a)
{
    Image *img = &a->image;

    img->meta = &a->meta;
    img->consts = a->consts;
    img->inputs = a->inputs;
    img->params = a->params;
    img->derived = a->derived;
    img->state = a->state;
    img->rules = a->rules;
    img->actions = a->actions;
    img->limits = a->limits;
    img->shows = a->shows;
    img->ready = a->ready;
    img->sources = a->sources;
    img->tokens = a->tokens;
    img->clocks = a->clocks;
    img->lines = a->lines;
    img->conds = a->conds;
    img->shared.blocks = a->blocks[0];
    img->shared.words = a->words[0];
    img->wallet.blocks = a->blocks[1];
    img->wallet.words = a->words[1];
}

void asm_init(Asm *a)
{
    memset(a, 0, sizeof *a);
    link_tables(a);
    memcpy(a->consts, consts, sizeof consts);
    a->image.consts_count = sizeof consts / sizeof *consts;
    a->params[0] = (ParamRow){.name = 6, .flags = 2, .value = 3, .low = 1, .high = 9};
    a->params[1] = (ParamRow){.name = 5, .value = 0.5, .low = 0, .high = 1};
    a->image.params_count = 2;
    a->meta = (ImageMeta){.reason_count = 2,
                          .shared_regs = 32,
                          .shared_qregs = 32,
                          .wallet_regs = 32,
                          .wallet_qregs = 32,
                          .title = 3,
                          .quotes = 1,
                          .groups = 2};
    put_strings(a);
    put_sources(a);
    put_inputs(a);
    put_rules(a);
    put_outputs(a);
    asm_state(a, SK_ARM, SPACE_WALLET, OPND_NONE, 0, 0);
    asm_state(a, SK_ARM, SPACE_SHARED, OPND_NONE, 0, 0);
}

uint32_t asm_state(Asm *a, StateKind kind, uint8_t space, uint16_t window, uint32_t max_window,
                   uint64_t clocks)
{
    uint32_t row = a->image.state_count++;
    uint32_t *end = space == SPACE_SHARED ? &a->meta.shared_state : &a->meta.wallet_state;

    a->state[row] = (StateRow){.kind = (uint8_t)kind,
                               .space = space,
                               .market = MARKET_NONE,
                               .offset = *end,
                               .size = memory_size(kind, max_window),
                               .window = window,
                               .init = OPND_NONE,
                               .max_window = max_window,
                               .clocks = clocks};
    *end += a->state[row].size;
    return row;
}

uint16_t asm_const(const Asm *a, double v)
{
    for (uint32_t i = 0; i < a->image.consts_count; i++)
        if (a->consts[i] == v) return (uint16_t)(OPND_CONST | i);
    printf("no constant %f\n", v);
    abort();
}

/* ---- words -------------------------------------------------------------------------------------- */

static uint16_t parse_operand(const char *text)
{
    static const struct {
        const char *prefix;
        uint16_t file;
    } files[] = {{"sq", OPND_SHAREDQ}, {"s", OPND_SHARED}, {"wq", OPND_WALLETQ},
                 {"w", OPND_WALLET},   {"c", OPND_CONST},  {"p", OPND_PARAM}};

    if (text[0] == '-') return OPND_NONE;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t len = strlen(files[i].prefix);

        if (strncmp(text, files[i].prefix, len) == 0)
            return (uint16_t)(files[i].file | strtoul(text + len, NULL, 10));
    }
    return (uint16_t)strtoul(text, NULL, 10);
}

static int op_code(const char *name, size_t len)
{
    for (int code = 0; code < OP_CODES; code++) {
        const char *known = op_name((uint8_t)code);

        if (known && strlen(known) == len && memcmp(known, name, len) == 0) return code;
    }
    return (int)strtol(name, NULL, 16); /* codes that do not exist are written as numbers */
}

/* Operands in the order of the shape; those of shape ZERO are not written. */
static uint64_t parse_word(char *text)
{
    uint16_t operands[3] = {0};
    char *save, *token = strtok_r(text, " ", &save), *dot = strchr(token, '.');
    uint32_t flags = dot ? (uint32_t)strtoul(dot + 1, NULL, 10) : 0;
    int code = op_code(token, dot ? (size_t)(dot - token) : strlen(token));
    const OpInfo *info = op_info((uint8_t)code);

    for (int at = 0; at < 3; at++) {
        if (op_operand(info, at) == OPERAND_ZERO) continue;
        token = strtok_r(NULL, " ", &save);
        if (!token) break;
        operands[at] = parse_operand(token);
    }
    return word_make((Op)code, flags, operands[0], operands[1], operands[2]);
}

static uint64_t parse_second(char *text)
{
    uint16_t operands[3] = {0};
    char *save, *token = strtok_r(text, " ", &save);

    for (int at = 0; at < 3 && token; at++, token = strtok_r(NULL, " ", &save))
        operands[at] = parse_operand(token);
    return word_make(OP_NOP, 0, operands[0], operands[1], operands[2]);
}

void asm_block(Asm *a, Part part, EventKind event, uint16_t index, const char *text)
{
    CodeSection *code = part == PART_U ? &a->image.shared : &a->image.wallet;
    uint64_t *words = a->words[part == PART_U ? 0 : 1];
    BlockRow *b = &a->blocks[part == PART_U ? 0 : 1][code->block_count++];
    char copy[8192], *save, *line;

    *b = (BlockRow){(uint8_t)part, (uint8_t)event, index, code->word_count, 0};
    snprintf(copy, sizeof copy, "%s", text);
    for (line = strtok_r(copy, ";\n", &save); line; line = strtok_r(NULL, ";\n", &save)) {
        char *second = strchr(line, '|');

        if (second) *second++ = 0;
        line += strspn(line, " ");
        if (!*line) continue;
        words[code->word_count++] = parse_word(line);
        if (second) words[code->word_count++] = parse_second(second);
    }
    b->count = code->word_count - b->first;
}

Span asm_bytes(Asm *a, Arena *arena)
{
    Buf out;

    buf_init(&out, arena, 1 << 20);
    if (!image_write(&a->image, &out)) return span_of(NULL, 0);
    return arena_span(arena, buf_span(&out));
}

const Image *asm_load(Asm *a, Arena *arena, Refusal *ret_why)
{
    Refusal why;
    Span bytes = asm_bytes(a, arena);
    const Image *img = bytes.len ? image_load(bytes, arena, &why) : NULL;

    if (!img && !ret_why) {
        CHECK(bytes.len > 0);
        test_check(false, __FILE__, __LINE__, "ODX%u: %s (section %u, word %u)", why.code,
                   refusal_sentence(&why), why.section, why.at);
    }
    if (ret_why) *ret_why = why;
    return img;
}
