/* sentences.c — see sentences.h. */
#include "compiler/views/sentences.h"

#include "vm/base/fmt.h"

static Span written(const Compilation *c, Place at)
{
    return source_text(c->sources, at);
}

static Span expr_text(const Compilation *c, const Expr *e)
{
    return e ? written(c, e->place) : SPAN("");
}

/* One line, whatever line breaks the source has. */
static void put_text(const Compilation *c, const Expr *e, Buf *out)
{
    Span text = expr_text(c, e);
    bool was_space = false;

    for (size_t i = 0; i < text.len; i++) {
        bool is_space = span_is_space(text.ptr[i]);

        if (!is_space) buf_char(out, text.ptr[i]);
        if (is_space && !was_space) buf_char(out, ' ');
        was_space = is_space;
    }
}

static void put_duration(int64_t us, Buf *out)
{
    if (us % 60000000 == 0)
        buf_fmt(out, "%lldm", (long long)(us / 60000000));
    else
        buf_fmt(out, "%fs", (double)us / 1e6);
}

void sentence_market(const Compilation *c, const Market *m, Buf *out)
{
    static const char *const kinds[] = {"a market of slots", "a yes-or-no market", "a spot market",
                                        "a perpetual"};

    buf_fmt(out, "%S: %s \"%S\" on %S", m->name, kinds[m->kind], m->selector, m->venue);
    if (m->any) buf_str(out, ", one instance for each match");
    if (m->slot_us) {
        buf_str(out, ", a slot lasts ");
        put_duration(m->slot_us, out);
    }
    if (m->stale) {
        buf_str(out, ", too old after ");
        put_text(c, m->stale, out);
    }
    buf_char(out, '\n');
}

static void put_event(const Rule *r, Buf *out)
{
    static const char *const names[EV_KINDS] = {[EV_START] = "at the start",
                                                [EV_SLOT_OPEN] = "when a slot opens",
                                                [EV_SLOT_CLOSE] = "when a slot closes",
                                                [EV_RESOLVE] = "when a slot resolves",
                                                [EV_FILL] = "at a fill",
                                                [EV_REJECT] = "when an order is rejected",
                                                [EV_TICK] = "at every tick",
                                                [EV_LEADER] = "when the leader acts",
                                                [EV_FEED] = "at a new value of the feed",
                                                [EV_BOUNDARY] = "at every boundary"};

    buf_str(out, r->event < EV_KINDS && names[r->event] ? names[r->event] : "at an event");
}

static void put_when(const Compilation *c, const Rule *r, Buf *out)
{
    if (r->kind == RULE_ON) put_event(r, out);
    if (r->kind == RULE_ON && r->cond) buf_str(out, " if ");
    if (r->kind == RULE_WHEN) buf_str(out, "as soon as ");
    if (r->kind == RULE_WHILE) buf_str(out, "as long as ");
    if (r->cond) put_text(c, r->cond, out);
}

static void put_action(const Compilation *c, const Action *a, Buf *out)
{
    Span text = written(c, a->place), line;

    while (span_cut(&text, '\n', &line))
        buf_fmt(out, "      %S\n", span_trim(line));
}

void sentence_rule(const Compilation *c, const Rule *r, Buf *out)
{
    if (r->label.len) buf_fmt(out, "%S\n     ", r->label); /* under the label, behind its number */
    put_when(c, r, out);
    buf_str(out, ":\n");
    for (uint32_t i = 0; i < r->require_count; i++) {
        buf_str(out, "      only if ");
        put_text(c, r->requires[i].cond, out);
        buf_fmt(out, ", else %S\n", c->program->reasons[r->requires[i].reason]);
    }
    for (uint32_t i = 0; i < r->action_count; i++)
        put_action(c, &r->actions[i], out);
}

void sentence_limit(const Compilation *c, const Limit *l, Buf *out)
{
    Span text = written(c, l->place), line;
    bool is_first = true;

    while (span_cut(&text, '\n', &line)) {
        buf_fmt(out, "%s%S", is_first ? "" : " ", span_trim(line));
        is_first = false;
    }
    buf_char(out, '\n');
}

void sentences_put(const Compilation *c, Buf *out)
{
    const Program *p = c->program;

    buf_fmt(out, "%S\n", p->title);
    if (p->doc.len) buf_fmt(out, "%S\n", p->doc);
    if (p->markets_count) buf_str(out, "\nIt listens to\n");
    for (uint32_t i = 0; i < p->markets_count; i++) {
        buf_str(out, "  ");
        sentence_market(c, &p->markets[i], out);
    }
    if (p->rules_count) buf_str(out, "\nWhat it does\n");
    for (uint32_t i = 0; i < p->rules_count; i++) {
        buf_fmt(out, "  %u. ", i + 1);
        sentence_rule(c, &p->rules[i], out);
    }
    if (p->limits_count) buf_str(out, "\nWhat limits it\n");
    for (uint32_t i = 0; i < p->limits_count; i++) {
        buf_str(out, "  ");
        sentence_limit(c, &p->limits[i], out);
    }
    if (p->promises_count) buf_str(out, "\nWhat it promises\n");
    for (uint32_t i = 0; i < p->promises_count; i++) {
        buf_str(out, "  always ");
        put_text(c, p->promises[i].value, out);
        buf_char(out, '\n');
    }
}
