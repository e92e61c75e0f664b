/* purse.c — one wallet's money in several engines (engine.h): what there is together.
 *
 * Every engine's accounts hold what came in with it and what its own trades moved, so that each ledger balances
 * by itself; cash that may be spent, equity and exposure are sums over the purse.  Accounts of one name are one. */
#include "runtime/engine/purse.h"

#include "runtime/engine/wallet.h"

enum { SOURCE_ACCOUNT = 2 }; /* SourceRow.source */

Purse *purse_new(uint32_t most, Arena *arena)
{
    Purse *p = arena_new(arena, Purse);

    p->members = arena_array(arena, Engine *, most + 1U);
    p->most = most;
    return arena_is_full(arena) ? NULL : p;
}

bool purse_join(Purse *p, Engine *e)
{
    if (p->count == p->most) return false;
    p->members[p->count++] = e;
    e->purse = p;
    return true;
}

bool purse_replace(Purse *p, const Engine *was, Engine *is)
{
    for (uint32_t i = 0; i < p->count; i++) {
        if (p->members[i] != was) continue;
        p->members[i] = is;
        is->purse = p;
        is->wallet_dirty = true;
        return true;
    }
    return false;
}

/* "" of the only account of a file that names none. */
static Span account_name(const Engine *e, uint32_t account)
{
    for (uint32_t i = 0, n = 0; i < e->image->sources_count; i++)
        if (e->image->sources[i].source == SOURCE_ACCOUNT && n++ == account)
            return image_string(e->image, e->image->sources[i].name);
    return SPAN("");
}

/* That account of another engine; -1: it has none of that name. */
static int32_t account_in(const Engine *other, const Engine *e, uint32_t account)
{
    Span name = account_name(e, account);

    for (uint32_t i = 0; i < other->account_count; i++)
        if (span_is(account_name(other, i), name)) return (int32_t)i;
    return -1;
}

bool purse_has(const Purse *p, const Engine *e, uint32_t account)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->members[i] != e && account_in(p->members[i], e, account) >= 0) return true;
    return false;
}

int64_t purse_free(const Engine *e, uint32_t account)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->purse->count; i++) {
        const Engine *member = e->purse->members[i];
        int32_t at = account_in(member, e, account);

        if (at >= 0) sum += account_free(&member->accounts[at]);
    }
    return sum;
}

int64_t purse_sum(const Engine *e, uint32_t account, PurseFigure figure)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < e->purse->count; i++) {
        const Engine *member = e->purse->members[i];
        int32_t at = account ? account_in(member, e, account - 1) : -1;

        if (!account || at >= 0) sum += figure(member, (uint32_t)(at + 1));
    }
    return sum;
}
