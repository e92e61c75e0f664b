/* term.h — what a terminal is, how wide, and whether it wants colours.
 *
 * In: a file descriptor and the environment.  Promise: what is not a terminal gets no colour unless
 * CLICOLOR_FORCE asks for it, and NO_COLOR beats everything. */
#pragma once

#include <stdbool.h>

bool term_is_terminal(int fd);
/* NO_COLOR (set, not empty) says no; CLICOLOR_FORCE (not 0) says yes; TERM=dumb says no. */
bool term_wants_colour(int fd);
/* Columns, or `otherwise` when unknown. */
int term_width(int fd, int otherwise);
