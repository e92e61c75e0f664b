/* kernels_base.c — see kernels.h: the level's table. */
#define KERNELS_NAME "base"
#define KERNELS_TABLE kernels_base
#include "vm/kernels_tables.h"

#include "vm/kernels_body.inc"
