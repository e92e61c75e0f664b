/* fields_json.c — columns of stored ticks as paths, and values in a column's own scale.
 *
 * The names and scales are those of vm/fields.def; a dotted path of the language is a name as well. */
#include "compiler/sema/checker.h"
#include "compiler/views/document_private.h"

static const char *const outcomes[] = {"up", "down", "yes", "no"};
static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool is_of_slots(const FieldInfo *f)
{
    return f->column[0] && f->owner != OWNER_INSTR;
}

/* The column's name for one outcome; columns without `%` are their own name. */
static Span column_name(Arena *arena, const FieldInfo *f, const char *outcome)
{
    Buf b;

    buf_init(&b, arena, 64);
    for (const char *c = f->column; *c; c++) {
        if (*c == '%')
            buf_str(&b, outcome);
        else
            buf_char(&b, *c);
    }
    return buf_span(&b);
}

/* Is that the column's name for the outcome? */
static bool is_column(const FieldInfo *f, const char *outcome, Span column)
{
    size_t at = 0;

    for (const char *c = f->column; *c; c++) {
        Span part = *c == '%' ? span_str(outcome) : span_of(c, 1);

        if (!span_is(span_sub(column, at, part.len), part)) return false;
        at += part.len;
    }
    return at == column.len;
}

Span doc_column_path(Arena *arena, Span column, DocField *ret)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        size_t many = f->owner == OWNER_TOKEN ? ARRAY_LEN(outcomes) : 1;

        for (size_t k = 0; is_of_slots(f) && k < many; k++) {
            Buf b;

            if (!is_column(f, outcomes[k], column)) continue;
            *ret = (DocField){f, span_is(column, SPAN("minutes_into_slot")), f->scale10};
            buf_init(&b, arena, 64);
            if (many > 1) buf_fmt(&b, "%s.", outcomes[k]);
            buf_span_put(&b, field_name(f));
            return buf_span(&b);
        }
    }
    return (Span){0};
}

static bool is_word(Span s)
{
    enum { WORD_MAX = 64 }; /* PARSE_MAX_NAME, behind a header that this file cannot take */

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || c == '_';

        if (!is_letter && (i == 0 || c < '0' || c > '9')) return false;
    }
    return s.len > 0 && s.len <= WORD_MAX;
}

static bool is_index(Span s)
{
    enum { DIGITS_MAX = 9 };

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len > 0 && s.len <= DIGITS_MAX;
}

static bool is_dotted(Span s, bool takes_index)
{
    Span rest = s, word;
    bool is_first = true;

    while (span_cut(&rest, '.', &word)) {
        if (!is_word(word) && !(takes_index && !is_first && is_index(word))) return false;
        is_first = false;
    }
    return !is_first && !span_ends(s, SPAN("."));
}

bool doc_is_path(Span s)
{
    return is_dotted(s, false);
}

bool doc_is_anchor(Span s)
{
    return is_dotted(s, true);
}

/* What a path of the language ends in; books before instruments, as in the table. */
static const FieldInfo *field_of_path(Span path)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        Span name = field_name(f);
        bool is_end = span_ends(path, name);

        if (is_end && (path.len == name.len || path.ptr[path.len - name.len - 1] == '.')) return f;
    }
    return NULL;
}

Span doc_path_column(Arena *arena, Span path, DocField *ret)
{
    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        size_t many = f->owner == OWNER_TOKEN ? ARRAY_LEN(outcomes) : 1;

        for (size_t k = 0; is_of_slots(f) && k < many; k++) {
            Span rest = path, head = {0}, column;

            if (!span_ends(path, field_name(f))) continue;
            if (many > 1 && !span_cut(&rest, '.', &head)) continue;
            if (!span_is(rest, field_name(f)) || (many > 1 && !span_eq_str(head, outcomes[k])))
                continue;
            column = column_name(arena, f, outcomes[k]);
            if (span_is(doc_column_path(arena, column, ret), path)) return column;
        }
    }
    *ret = (DocField){.info = field_of_path(path)};
    return path;
}

static void report_field(Doc *doc, const JsonValue *v)
{
    Diag *d = doc_diag(doc, ODX601, v, v->place, T_JSON_UNKNOWN_FIELD, arg_text(v->text));
    Near near = near_start(v->text);

    for (size_t i = 0; i < field_count(); i++) {
        const FieldInfo *f = field_at(i);
        size_t many = f->owner == OWNER_TOKEN ? ARRAY_LEN(outcomes) : 1;

        for (size_t k = 0; is_of_slots(f) && k < many; k++)
            near_try(&near, column_name(doc->arena, f, outcomes[k]));
    }
    if (!near_best(&near).len) return;
    diag_fix(d, FIX_SAFE, T_DID_YOU_MEAN, arg_text(near_best(&near)));
    diag_edit(d, place_at(v->place.file, v->place.begin + 1, v->place.end - 1), near_best(&near));
}

Node *doc_field(Doc *doc, const JsonValue *v, DocField *ret)
{
    Span path;

    *ret = (DocField){0};
    if (!v) return tree_bad(doc, place_at(doc->source->file, 0, 0));
    if (!doc_is(doc, v, JSON_STRING)) return tree_bad(doc, v->place);
    path = doc_column_path(doc->arena, v->text, ret);
    if (!path.len && doc_is_path(v->text)) {
        ret->info = field_of_path(v->text);
        if (ret->info || span_find_char(v->text, '.') != SPAN_NONE_AT) path = v->text;
    }
    if (path.len) return tree_path(doc, path, v->place);
    report_field(doc, v);
    return tree_bad(doc, v->place);
}

/* ---- values ----------------------------------------------------------------------------------- */

static Node *day_literal(Doc *doc, const JsonValue *v)
{
    double x = v->number;
    Diag *d;

    if (!(x >= 0 && x <= 6) || x != (double)(int)x) {
        doc_wrong(doc, v, "a day from 0 to 6");
        return tree_bad(doc, v->place);
    }
    d = doc_diag(doc, ODX607, v, v->place, T_JSON_DAY, arg_int((int)x), arg_str(days[(int)x]));
    diag_fact(d, T_JSON_DAY_WHY);
    return tree_path(doc, span_str(days[(int)x]), v->place);
}

NumUnit doc_unit(const DocField *f, int *ret_shift)
{
    static const struct {
        int8_t shift;
        uint8_t unit;
    } spelled[] = {
        [FUNIT_PRICE] = {2, NUM_CENT},    [FUNIT_SHARES] = {0, NUM_SHARES},
        [FUNIT_USD] = {0, NUM_USD},       [FUNIT_RATIO] = {2, NUM_PERCENT},
        [FUNIT_DURATION] = {0, NUM_S},    [FUNIT_PERCOIN] = {0, NUM_USD},
        [FUNIT_COINS] = {0, NUM_COINS},   [FUNIT_MARKET] = {0, NUM_PLAIN},
        [FUNIT_OUTCOME] = {0, NUM_PLAIN},
    };
    unsigned unit = f->info ? f->info->unit : FUNIT_NUMBER;

    *ret_shift = spelled[unit].shift;
    return f->is_minutes ? NUM_M : (NumUnit)spelled[unit].unit;
}

static Node *number_literal(Doc *doc, const JsonValue *v, const DocField *f)
{
    int shift;
    NumUnit unit = doc_unit(f, &shift);

    if (f->info && f->info->unit == FUNIT_DAY) return day_literal(doc, v);
    return tree_number(doc, v->number, shift - f->scale10, unit, v->place);
}

static Span lower(Arena *arena, Span s)
{
    Buf b;

    buf_init(&b, arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        buf_char(&b, (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]));
    return buf_span(&b);
}

Node *doc_literal(Doc *doc, const JsonValue *v, const DocField *f)
{
    Span word;

    switch (v->kind) {
    case JSON_NUMBER:
        return number_literal(doc, v, f);
    case JSON_TRUE:
    case JSON_FALSE:
        return tree_op(GROW0(BOOL, v->place), v->kind == JSON_TRUE);
    case JSON_STRING:
        word = lower(doc->arena, v->text);
        if (f->info && f->info->unit == FUNIT_OUTCOME && doc_is_path(word))
            return tree_path(doc, word, v->place);
        return tree_from_text(doc, v);
    default:
        doc_wrong(doc, v, "a number");
        return tree_bad(doc, v->place);
    }
}

/* ---- indicators ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *function;
    bool has_period;
} indicators[] = {
    {"EMA", "ema", true}, {"SMA", "sma", true}, {"RSI", "rsi", true}, {"VWAP", "vwap", false}};

const char *doc_indicator_name(Span function, bool *ret_has_period)
{
    for (size_t i = 0; i < ARRAY_LEN(indicators); i++) {
        if (!span_eq_str(function, indicators[i].function)) continue;
        *ret_has_period = indicators[i].has_period;
        return indicators[i].name;
    }
    return NULL;
}

bool doc_is_indicator(Span name)
{
    for (size_t i = 0; i < ARRAY_LEN(indicators); i++)
        if (span_eq_str(name, indicators[i].name)) return true;
    return false;
}

Span doc_indicator_function(Span name, bool *ret_has_period)
{
    for (size_t i = 0; i < ARRAY_LEN(indicators); i++) {
        if (!span_eq_str(name, indicators[i].name)) continue;
        *ret_has_period = indicators[i].has_period;
        return span_str(indicators[i].function);
    }
    return (Span){0};
}

Node *doc_indicator_of(Doc *doc, const JsonValue *object, const JsonValue *fn, Node *over)
{
    Nodes args = {0};
    DocField plain = {0};
    size_t which = 0;

    while (which < ARRAY_LEN(indicators) && !span_eq_str(fn->text, indicators[which].name))
        which++;
    if (which == ARRAY_LEN(indicators)) return tree_bad(doc, fn->place);
    vec_push(doc->arena, &args, over);
    if (indicators[which].has_period) {
        const JsonValue *p = doc_need(doc, object, "period");

        vec_push(doc->arena, &args, p ? doc_literal(doc, p, &plain) : tree_bad(doc, fn->place));
    }
    return tree_named(doc, GROW_LIST(CALL, fn->place, &args), span_str(indicators[which].function),
                      fn->place);
}

Node *doc_indicator(Doc *doc, const JsonValue *object, const JsonValue *fn, DocField *ret)
{
    Node *over = doc_field(doc, doc_need(doc, object, "field"), ret);

    if (span_eq_str(fn->text, "RSI")) *ret = (DocField){0}; /* an index, whatever it is of */
    return doc_indicator_of(doc, object, fn, over);
}

/* ---- comparisons ------------------------------------------------------------------------------ */

Node *doc_other_side(Doc *doc, const JsonValue *v, const DocField *f)
{
    static DocKeys keys = {"indicator", "period", "field", NULL};
    const JsonValue *fn;
    DocField own;

    if (v->kind != JSON_OBJECT) return doc_literal(doc, v, f);
    doc_check_keys(doc, v, keys);
    if (json_member(v, "x-notes")) doc_keep(doc, json_member(v, "x-notes"));
    fn = doc_need(doc, v, "indicator");
    if (!fn) return tree_bad(doc, v->place);
    if (fn->kind == JSON_STRING && doc_is_indicator(fn->text))
        return doc_indicator(doc, v, fn, &own);
    return doc_field(doc, fn, &own);
}

static Node *between(Doc *doc, const JsonValue *at, Node *left, const DocField *f)
{
    const JsonValue *v = doc_need(doc, at, "value");

    if (!v) return tree_bad(doc, at->place);
    if (v->kind != JSON_ARRAY || v->count != 2) {
        doc_wrong(doc, v, "a list of two values");
        return tree_bad(doc, v->place);
    }
    return GROW(BETWEEN, at->place, left, doc_other_side(doc, v->first, f),
                doc_other_side(doc, v->last, f));
}

Node *doc_compare(Doc *doc, const JsonValue *at, Node *left, const DocField *f, Node *right)
{
    enum { LT, LE, GT, GE, IS, IS_NOT, BETWEEN, ABOVE, BELOW };
    static DocKeys words = {
        "<", "<=", ">", ">=", "==", "!=", "between", "cross_above", "cross_below", NULL};
    const JsonValue *op = doc_need(doc, at, "operator"), *v;
    int which = op ? doc_word(doc, op, words) : -1;

    if (which < 0) return tree_bad(doc, at->place);
    if (which == BETWEEN) return between(doc, at, left, f);
    if (!right) {
        v = doc_need(doc, at, "value");
        if (!v) return tree_bad(doc, at->place);
        right = doc_other_side(doc, v, f);
    }
    if (which <= GE) return tree_op(GROW(CMP, at->place, left, right), (uint32_t)which + 1);
    if (which >= ABOVE)
        return tree_op(GROW(CROSSES, at->place, left, right),
                       which == ABOVE ? AST_CROSSES_ABOVE : AST_CROSSES_BELOW);
    left = GROW(IS, at->place, left, right);
    if (which == IS_NOT) left->flags |= NF_NOT;
    return left;
}
