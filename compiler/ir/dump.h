/* dump.h — an Ir as text, for golden files and for people who work on the compiler. */
#pragma once

#include "compiler/ir/ir.h"
#include "vm/base/buf.h"

/* Memory rows, then each event's blocks, a line an instruction. */
void ir_dump(const Ir *ir, Buf *out);
