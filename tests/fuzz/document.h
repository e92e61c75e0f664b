/* document.h — what every JSON document has to keep, whatever it holds.
 *
 * In: the bytes of a fuzzer, of which the first one limits the memory and chooses.  Promise checked: findings
 * with places and pointers; without errors the text it becomes reads back as the same tree and the same
 * strategy, the document laid out says the same, and so does the form it becomes, if it does. */
#pragma once

#include <stddef.h>
#include <stdint.h>

void document_check(const uint8_t *data, size_t size);
