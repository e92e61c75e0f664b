/* matched.h — a story told to the real matcher, so that its answers can be laid beside the reference's. */
#pragma once

#include "tests/reference/matching.h"
#include "vm/base/arena.h"

/* How many replies there are; the first `room` of them are written. */
size_t matched(const MatchingSetup *setup, const Story *stories, size_t count, Reply *replies,
               size_t room, Arena *arena);
/* "12.5 live 3", "12.5 fill 3 10@0.5 fee 0.175" ... at seconds. */
const char *reply_text(const Reply *r, char *text, size_t size);
