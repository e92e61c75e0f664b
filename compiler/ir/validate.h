/* validate.h — every rule of the IR.  Runs after each pass in debug builds and before emission. */
#pragma once

#include "compiler/ir/ir.h"

/* NULL, or which rule is broken: of the values and roots, and of the blocks once they are scheduled. */
const char *ir_validate(const Ir *ir);
