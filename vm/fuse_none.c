/* fuse_none.c — in place of fuse.c and exec_fused.c where size counts more than speed: no block has a
 * linked form, all words are walked.  Same bits, by the promise of fuse.h. */
#include "vm/fuse.h"

Fused *fuse_block(Vm *vm, EventKind kind, uint16_t index, Arena *arena)
{
    (void)vm, (void)kind, (void)index, (void)arena;
    return NULL;
}
