/* fuzz_form.c — any bytes as a JSON document; the kept inputs and the words are those of forms.
 *
 * See document.h for the first byte and the promises checked. */
#include "tests/fuzz/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    document_check(data, size);
    return 0;
}
