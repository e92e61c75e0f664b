/* disasm.h — a listing of an image: sources, rows, and the words of each block with their places.
 *
 * Everything is read from the tables; where the image has lines and source, a word is preceded by the line of
 * text it comes from.  The image is verified. */
#pragma once

#include "vm/image.h"

void disasm_image(const Image *img, Buf *out);
/* One word (with its second): `LT       b0, c0 (0.03), n0`. */
void disasm_word(const Image *img, const uint64_t *word, Buf *out);
