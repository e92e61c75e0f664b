/* kernels_v4.c — see kernels.h: the level's table. */
#define KERNELS_NAME "v4"
#define KERNELS_TABLE kernels_v4
#include "vm/kernels_tables.h"

#include "vm/kernels_body.inc"
