/* grammar_rules.c — see grammar_rules.h: the generated parser once more, with its trace counted. */
#include "tests/diff/grammar_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint64_t uses[GRAMMAR_RULES_MAX];

/* The trace says "Reducing stack by rule %d", numbered from 0. */
static int note(FILE *f, const char *what, ...)
{
    va_list args;
    int rule;

    (void)f;
    if (strncmp(what, "Reducing", 8) != 0) return 0;
    va_start(args, what);
    rule = va_arg(args, int);
    va_end(args);
    if (rule >= 0 && rule < GRAMMAR_RULES_MAX) uses[rule]++;
    return 0;
}

#define GRAMMAR_DEBUG 1
#define YYFPRINTF note
#include "compiler/source/grammar.c"

_Static_assert(YYNRULES <= GRAMMAR_RULES_MAX, "room for every rule");

void grammar_rules_watch(void)
{
    yydebug = 1;
}

uint32_t grammar_rules_count(void)
{
    return YYNRULES;
}

uint64_t grammar_rule_uses(uint32_t rule)
{
    return uses[rule];
}

int grammar_rule_line(uint32_t rule)
{
    return yyrline[rule + 1];
}
