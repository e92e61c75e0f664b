/* recover.c — follows the nesting, and brings the grammar back to the next statement.
 *
 * Behind an unreadable statement it deals out what the grammar needs to go on: a block for a head
 * without one, closing braces where a rule begins inside another, the right word for a misspelt one.
 * Braces of an unreadable statement are taken out in pairs. */
#include "compiler/source/grammar.h"
#include "compiler/source/grammar_support.h"

uint32_t parser_braces(const Parser *ps)
{
    uint32_t n = 0;

    for (uint32_t i = 1; i <= ps->depth; i++)
        n += ps->open[i].kind == TOK_LBRACE && !ps->open[i].is_dropped;
    return n;
}

/* ---- nesting ---------------------------------------------------------------------------------- */

static void open_mark(Parser *ps, const Token *t)
{
    OpenMark *below = &ps->open[ps->depth];

    if (ps->depth == PARSE_MAX_NESTING) {
        diag_add(ps->diags, ODX702, t->place, T_TOO_NESTED, arg_int(PARSE_MAX_NESTING));
        ps->is_stopped = true;
        return;
    }
    ps->open[++ps->depth] =
        (OpenMark){.kind = t->kind,
                   .place = t->place,
                   .is_layout = t->kind == TOK_LBRACE && below->head == TOK_LAYOUT,
                   .is_test = t->kind == TOK_LBRACE && below->head == TOK_TEST};
    if (t->kind == TOK_LBRACE) below->head = 0;
}

/* Takes off round and square brackets that nobody closed. */
static void drop_brackets(Parser *ps)
{
    while (ps->depth > 0 && ps->open[ps->depth].kind != TOK_LBRACE)
        ps->depth--;
}

static void close_mark(Parser *ps, int opener)
{
    if (opener == TOK_LBRACE) drop_brackets(ps);
    if (ps->depth > 0 && ps->open[ps->depth].kind == opener) ps->depth--;
}

static void follow_statement(Parser *ps, const Token *t)
{
    unsigned wanted = parser_braces(ps) == 0 ? WORD_ITEM : WORD_ACTION;

    if (!(words_flags(t->kind) & wanted)) return;
    if (t->is_first_on_line) drop_brackets(ps);
    if (ps->depth == 0 || ps->open[ps->depth].kind == TOK_LBRACE)
        ps->open[ps->depth].head = (words_flags(t->kind) & WORD_BLOCK) ? t->kind : 0;
}

/* The statement whose block is still to come, at the innermost open brace. */
static int pending_head(const Parser *ps)
{
    uint32_t i = ps->depth;

    while (i > 0 && (ps->open[i].kind != TOK_LBRACE || ps->open[i].is_dropped))
        i--;
    return ps->open[i].head;
}

static void follow(Parser *ps, const Token *t)
{
    ps->braces_before = parser_braces(ps);
    ps->head_before = pending_head(ps);
    switch (t->kind) {
    case TOK_LBRACE:
        drop_brackets(ps);
        open_mark(ps, t);
        break;
    case TOK_LPAREN:
    case TOK_LBRACKET:
        open_mark(ps, t);
        break;
    case TOK_RBRACE:
        close_mark(ps, TOK_LBRACE);
        break;
    case TOK_RPAREN:
        close_mark(ps, TOK_LPAREN);
        break;
    case TOK_RBRACKET:
        close_mark(ps, TOK_LBRACKET);
        break;
    default:
        follow_statement(ps, t);
        break;
    }
}

/* ---- recovery --------------------------------------------------------------------------------- */

static void queue_mark(Parser *ps, int kind, Place at)
{
    parser_queue(ps, (Token){.kind = kind, .place = place_at(at.file, at.begin, at.begin)});
}

static bool ends_a_head(const Parser *ps, const Token *t)
{
    if (t->kind == TOK_YYEOF || t->kind == TOK_RBRACE) return true;
    if (!t->is_first_on_line) return false;
    return (words_flags(t->kind) & WORD_ITEM) ||
           (ps->braces_before > 0 && (words_flags(t->kind) & WORD_ACTION));
}

static void close_all(Parser *ps, const Token *t)
{
    for (uint32_t i = 0; i < ps->braces_before; i++)
        queue_mark(ps, TOK_RBRACE, t->place);
    parser_queue(ps, *t);
    ps->depth = 0;
    ps->open[0].head = (words_flags(t->kind) & WORD_BLOCK) ? t->kind : 0;
}

/* An empty block, so that the rest of the statement counts for something. */
static void queue_block(Parser *ps, const Token *t)
{
    queue_mark(ps, TOK_LBRACE, t->place);
    queue_mark(ps, TOK_RBRACE, t->place);
    parser_queue(ps, *t);
}

static bool starts_statement(const Parser *ps, const Token *t)
{
    if (t->kind == TOK_YYEOF) return true;
    return words_flags(t->kind) & (parser_braces(ps) == 0 ? WORD_ITEM : WORD_ACTION);
}

void parser_plan_recovery(Parser *ps)
{
    const Token t = ps->last;
    bool is_item = (words_flags(t.kind) & WORD_ITEM) && t.kind != TOK_LET && t.is_first_on_line;

    ps->plain_words = 0;
    if (ps->queue_at < ps->queue_count) return;
    if (ps->head_before) {
        if (t.kind == TOK_LBRACE) return;
        if (ends_a_head(ps, &t))
            queue_block(ps, &t);
        else
            ps->skips_to_block = true;
        return;
    }
    if (ps->braces_before > 0 && is_item) {
        close_all(ps, &t);
        return;
    }
    ps->is_recovering = !starts_statement(ps, &t);
    if (t.kind == TOK_LBRACE) ps->open[ps->depth].is_dropped = true;
}

void parser_correct(Parser *ps, int kind)
{
    Token t = ps->last;

    t.kind = kind;
    follow(ps, &t);
    parser_queue(ps, t);
}

/* A line that begins with a misspelt word, seen while looking for the next statement. */
static void correct_start(Parser *ps, Token *t)
{
    unsigned wanted = parser_braces(ps) == 0 ? WORD_ITEM : WORD_ACTION;
    const char *near;
    bool is_reserved;

    if (t->kind != TOK_NAME || !t->is_first_on_line) return;
    near = words_nearest(t->span, wanted);
    if (!near) return;
    parser_report_misspelt(ps, t, near);
    t->kind = words_find(span_str(near), &is_reserved);
}

/* True when the grammar shall not see the token: braces of what could not be read. */
static bool drop_brace(Parser *ps, const Token *t)
{
    bool is_dropped;

    if (t->kind == TOK_LBRACE && ps->is_recovering) {
        follow(ps, t);
        ps->open[ps->depth].is_dropped = true;
        return true;
    }
    if (t->kind != TOK_RBRACE) return false;
    drop_brackets(ps);
    is_dropped = ps->depth > 0 && ps->open[ps->depth].is_dropped;
    if (is_dropped) follow(ps, t);
    return is_dropped;
}

/* The grammar cannot recover at the end of the file, so what is open is closed for it. */
static Token end_file(Parser *ps, Token end)
{
    uint32_t braces = parser_braces(ps);
    bool needs_block = pending_head(ps) != 0;

    if (ps->is_end_told || (braces == 0 && !needs_block)) return end;
    if (!ps->is_stopped) parser_report_end(ps);
    ps->is_end_told = true;
    ps->queue_at = ps->queue_count = 0;
    ps->depth = 0;
    if (needs_block) queue_mark(ps, TOK_LBRACE, end.place);
    for (uint32_t i = 0; i < braces + needs_block; i++)
        queue_mark(ps, TOK_RBRACE, end.place);
    parser_queue(ps, end);
    return ps->queue[ps->queue_at++];
}

/* Looks for the block of an unreadable head. */
static Token skip_to_block(Parser *ps, Token t)
{
    ps->skips_to_block = false;
    while (t.kind != TOK_LBRACE) {
        if (t.kind == TOK_YYEOF) return end_file(ps, t);
        if (ends_a_head(ps, &t)) {
            follow(ps, &t);
            ps->queue_at = ps->queue_count = 0;
            queue_block(ps, &t);
            return ps->queue[ps->queue_at++];
        }
        t = parser_scan(ps);
    }
    return t;
}

/* ---- the door --------------------------------------------------------------------------------- */

static bool take_queued(Parser *ps, Token *ret)
{
    if (ps->queue_at == ps->queue_count) {
        ps->queue_at = ps->queue_count = 0;
        return false;
    }
    *ret = ps->queue[ps->queue_at++];
    return true;
}

static Token next_token(Parser *ps)
{
    Token t;

    if (take_queued(ps, &t)) return t;
    if (ps->is_stopped) return end_file(ps, parser_end(ps));
    t = parser_scan(ps);
    if (ps->skips_to_block) {
        t = skip_to_block(ps, t);
        if (t.kind != TOK_LBRACE || ps->queue_at < ps->queue_count) return t;
    }
    while (drop_brace(ps, &t))
        t = parser_scan(ps);
    if (ps->is_recovering) correct_start(ps, &t);
    if (starts_statement(ps, &t)) ps->is_recovering = false;
    if (t.kind == TOK_YYEOF) return end_file(ps, t);
    follow(ps, &t);
    return t;
}

/* `because` gives a reason behind a whole outcome; anywhere else it is a name like others. */
static bool gives_reason(const Parser *ps, const Token *t)
{
    int before = ps->last.kind;

    if (t->kind != TOK_BECAUSE || !ps->open[ps->depth].is_test) return false;
    if (before == TOK_NUMBER || before == TOK_RPAREN || before == TOK_MARKET) return true;
    return before == TOK_NAME ||
           (words_spelling(before) && words_spelling(before)[0] >= 'a' &&
            words_spelling(before)[0] <= 'z' && !(words_flags(before) & WORD_RESERVED));
}

Token parser_token(Parser *ps)
{
    Token t = next_token(ps);

    if (ps->plain_words > 0) ps->plain_words--;
    if (gives_reason(ps, &t)) ps->plain_words = 2;
    ps->before = ps->last;
    ps->last = t;
    return t;
}
