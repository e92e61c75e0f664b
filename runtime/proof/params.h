/* params.h — values of params as people type them: "50", "$50", "3%", "2c", "30s".
 *
 * In: a param of a checked program and a text.  Out: the value in the param's own unit.  Promise: what is
 * outside the param's range, or not one of its choices, is refused.  A step binds nobody here: a default may lie
 * between two as well; it says which values a sweep or a slider tries. */
#pragma once

#include "compiler/sema/program.h"

bool param_parse(const Param *p, Span text, double *ret);
