/* tape_file.h — the first bytes of a tape file, for its writer and its reader.  Private to the two. */
#pragma once

#include "runtime/history/tape.h"

enum { TAPE_FILE_HEAD = 128, TAPE_MAJOR = 1, TAPE_MINOR = 1 };

typedef enum TapeFileKind { TAPE_FILE_FINE, TAPE_FILE_DAMAGED, TAPE_FILE_NEWER } TapeFileKind;

void tape_file_head_write(const TapeInfo *info, uint8_t ret_head[TAPE_FILE_HEAD]);
/* `ret_info` points into `head`. */
TapeFileKind tape_file_head_read(const uint8_t head[TAPE_FILE_HEAD], TapeInfo *ret_info);
/* Where the next block belongs, its number, and the rows before it. */
void tape_next(const Tape *t, uint64_t *ret_at, uint32_t *ret_number, uint64_t *ret_rows);
