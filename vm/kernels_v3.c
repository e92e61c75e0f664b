/* kernels_v3.c — see kernels.h: the level's table. */
#define KERNELS_NAME "v3"
#define KERNELS_TABLE kernels_v3
#include "vm/kernels_tables.h"

#include "vm/kernels_body.inc"
