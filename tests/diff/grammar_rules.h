/* grammar_rules.h — which rules of the grammar a text makes the parser use.
 *
 * The program that links this gets a parser that counts its reductions, in place of the compiler's own
 * (the same source, built with its trace on).  Promise: the rules are the parser's own list, so that a
 * production which nobody writes a generator for is seen. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { GRAMMAR_RULES_MAX = 512 };

/* From now on reductions are counted. */
void grammar_rules_watch(void);
uint32_t grammar_rules_count(void);
uint64_t grammar_rule_uses(uint32_t rule);
/* The line of compiler/source/parser.y where the rule stands. */
int grammar_rule_line(uint32_t rule);
