/* validate_none.c — validate.h without rules, for odx.wasm: the same compiler natively makes the same IR and
 * holds the rules, and the verifier looks at the image in both. */
#include "compiler/ir/validate.h"

const char *ir_validate(const Ir *ir)
{
    (void)ir;
    return NULL;
}
