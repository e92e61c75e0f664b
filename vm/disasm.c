/* disasm.c — listings from the tables of operations, kinds and fields. */
#include "vm/disasm.h"

#include "vm/base/fmt.h"
#include "vm/base/hash.h"
#include "vm/base/num.h"
#include "vm/ops.h"
#include "vm/state/memory.h"

static const char *const event_names[EV_KINDS] = {
    "start",       "slot close", "slot open", "resolve", "fill", "fill state",
    "order state", "reject",     "leader",    "tick",    "feed", "boundary",
    "command",     "clock",      "stale",     "after"};
static const char *const part_names[] = {"U", "V", "L", "S"};
static const char *const file_names[] = {"s", "s.b", "n", "b", "c", "p"};

static const char *field_name(uint8_t field)
{
    static const char *const names[FIELD_IDS] = {
#define FIELD(id, ID, owner, name, ...) [id] = name,
#include "vm/fields.def"
#undef FIELD
    };
    return field < FIELD_IDS && names[field] ? names[field] : "?";
}

/* ---- operands ----------------------------------------------------------------------------------- */

static void put_value(const Image *img, uint16_t operand, Buf *out)
{
    uint32_t idx = operand & OPND_INDEX;

    if (operand == OPND_NONE) {
        buf_char(out, '-');
        return;
    }
    buf_fmt(out, "%s%u", file_names[operand >> 12], idx);
    if ((operand & OPND_FILE) == OPND_CONST) buf_fmt(out, " (%f)", img->consts[idx]);
    if ((operand & OPND_FILE) == OPND_PARAM && idx < img->params_count)
        buf_fmt(out, " (%S)", image_string(img, img->params[idx].name));
}

static void put_input(const Image *img, uint16_t row, Buf *out)
{
    const InputRow *in = &img->inputs[row];

    buf_fmt(out, "i%u (%s", row, field_name(in->field));
    if (in->market != MARKET_NONE) buf_fmt(out, " of m%u", in->market);
    buf_char(out, ')');
}

static void put_operand(const Image *img, OperandKind kind, uint16_t operand, Buf *out)
{
    switch (kind) {
    case OPERAND_S:
        buf_fmt(out, "row %u (%s)", operand,
                memory_kind((StateKind)img->state[operand].kind)->name);
        break;
    case OPERAND_I:
        put_input(img, operand, out);
        break;
    case OPERAND_X:
        buf_fmt(out, "#%u", operand);
        break;
    case OPERAND_R:
        buf_fmt(out, "rule %u", operand);
        break;
    case OPERAND_J:
        buf_fmt(out, "+%u", operand);
        break;
    case OPERAND_K:
        buf_fmt(out, "%u", operand);
        break;
    default:
        put_value(img, operand, out);
    }
}

void disasm_word(const Image *img, const uint64_t *word, Buf *out)
{
    const OpInfo *info = op_info(word_op(*word));
    uint32_t words = word_count(*word);
    const char *before = " ";

    size_t start = out->len;

    buf_str(out, op_name(word_op(*word)));
    if (word_flags(*word)) buf_fmt(out, ".%u", word_flags(*word));
    buf_fill(out, ' ', out->len - start < 7 ? 7 - (out->len - start) : 0);
    for (int i = 0; i < 3; i++) {
        if (op_operand(info, i) == OPERAND_ZERO) continue;
        buf_str(out, before);
        put_operand(img, op_operand(info, i), word_operand(*word, i), out);
        before = ", ";
    }
    for (int i = 0; words == 2 && i < (word_op(*word) == OP_QUOTE ? 3 : 1); i++) {
        buf_str(out, before);
        put_value(img, word_operand(word[1], i), out);
    }
}

/* ---- places ------------------------------------------------------------------------------------- */

static const LineRow *find_line(const Image *img, SectionKind section, uint32_t word)
{
    for (uint32_t i = 0; i < img->lines_count; i++)
        if (img->lines[i].section == section && img->lines[i].word == word) return &img->lines[i];
    return NULL;
}

static void put_place(const Image *img, const LineRow *line, Buf *out)
{
    Span text = span_sub(img->source, line->begin, line->end - line->begin), first;

    if (line->file == 0 && span_cut(&text, '\n', &first))
        buf_fmt(out, "                    ; %S\n", span_trim(first));
}

static void put_block(const Image *img, SectionKind section, const BlockRow *b, Buf *out)
{
    const CodeSection *code = section == SEC_CODE_U ? &img->shared : &img->wallet;
    uint32_t seen_begin = UINT32_MAX;

    buf_fmt(out, "\n%s[%s %u]\n", part_names[b->part], event_names[b->event], b->index);
    for (uint32_t at = b->first; at < b->first + b->count; at += word_count(code->words[at])) {
        const LineRow *line = find_line(img, section, at);

        if (line && line->begin != seen_begin) {
            put_place(img, line, out);
            seen_begin = line->begin;
        }
        buf_fmt(out, "%5u  ", at);
        disasm_word(img, &code->words[at], out);
        buf_char(out, '\n');
    }
}

/* ---- rows --------------------------------------------------------------------------------------- */

static void put_state(const Image *img, Buf *out)
{
    for (uint32_t i = 0; i < img->state_count; i++) {
        const StateRow *s = &img->state[i];

        buf_fmt(out, "row %u  %-6s %s at %u, %u bytes, window ", i,
                memory_kind((StateKind)s->kind)->name, s->space ? "wallet" : "shared", s->offset,
                s->size);
        put_value(img, s->window, out);
        buf_fmt(out, ", clocks %llx\n", s->clocks);
    }
}

static void put_params(const Image *img, Buf *out)
{
    for (uint32_t i = 0; i < img->params_count; i++) {
        const ParamRow *p = &img->params[i];

        buf_fmt(out, "p%u  %S = %f in %f .. %f\n", i, image_string(img, p->name), p->value, p->low,
                p->high);
    }
}

static void put_derived(const Image *img, Buf *out)
{
    for (uint32_t i = 0; i < img->derived_count; i++) {
        const DerivedRow *d = &img->derived[i];

        buf_fmt(out, "p%u  %s ", img->params_count + i, op_name(d->op));
        put_value(img, d->a, out);
        if (op_operand(op_info(d->op), 2) == OPERAND_N) {
            buf_str(out, ", ");
            put_value(img, d->b, out);
        }
        buf_char(out, '\n');
    }
}

void disasm_image(const Image *img, Buf *out)
{
    char hex[2 * SHA256_SIZE + 1];

    sha256_hex(img->semantic_hash, hex);
    buf_fmt(out, "; %S\n; semantic hash %s\n", image_string(img, img->meta->title), hex);
    put_params(img, out);
    put_derived(img, out);
    put_state(img, out);
    for (uint32_t i = 0; i < img->shared.block_count; i++)
        put_block(img, SEC_CODE_U, &img->shared.blocks[i], out);
    for (uint32_t i = 0; i < img->wallet.block_count; i++)
        put_block(img, SEC_CODE_V, &img->wallet.blocks[i], out);
}
