/* sweep_replies_none.c — in place of sweep_replies.c where size counts more than speed: nothing waits at any door, every
 * order goes to its cell's own matcher.  Same answers, by the promise of sweep_replies.h. */
#include "runtime/backtest/sweep_replies.h"

SweepReplies *sweep_replies_new(const SweepJob *job, const MatcherConfig *config, SweepBooks *books,
                                Arena *arena)
{
    (void)job;
    (void)config;
    (void)arena;
    return (SweepReplies *)books;
}

bool sweep_door_wait(SweepReplies *r, SweepDoor *d, const Matcher *m, const SweepSent *order)
{
    (void)m;
    (void)r;
    (void)d;
    (void)order;
    return false;
}

int64_t sweep_door_due(const SweepDoor *d, const Matcher *m)
{
    (void)d;
    return matcher_due(m);
}

bool sweep_door_knows(SweepReplies *r, SweepDoor *d, const Matcher *m, uint32_t tick,
                      int64_t until_us)
{
    (void)r;
    (void)d;
    (void)m;
    (void)tick;
    (void)until_us;
    return false;
}

const Event *sweep_door_say(SweepDoor *d)
{
    (void)d;
    return NULL;
}

const SweepTook *sweep_door_took(SweepDoor *d)
{
    (void)d;
    return NULL;
}

const SweepSent *sweep_door_order(SweepDoor *d)
{
    (void)d;
    return NULL;
}

bool sweep_door_forget(SweepDoor *d, const Matcher *m, bool opens)
{
    (void)m;
    (void)d;
    (void)opens;
    return true;
}
