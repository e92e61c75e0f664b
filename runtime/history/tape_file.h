/* tape_file.h — what writer and readers of a tape share: its first bytes, what is known of it.  Private to them. */
#pragma once

#include "runtime/history/tape.h"
#include "vm/base/vec.h"

enum { TAPE_FILE_HEAD = 128, TAPE_MAJOR = 1, TAPE_MINOR = 1 };

typedef enum TapeFileKind { TAPE_FILE_FINE, TAPE_FILE_DAMAGED, TAPE_FILE_NEWER } TapeFileKind;

void tape_file_head_write(const TapeInfo *info, uint8_t ret_head[TAPE_FILE_HEAD]);
/* `ret_info` points into `head`. */
TapeFileKind tape_file_head_read(const uint8_t head[TAPE_FILE_HEAD], TapeInfo *ret_info);
/* Where the next block belongs, its number, and the rows before it. */
void tape_next(const Tape *t, uint64_t *ret_at, uint32_t *ret_number, uint64_t *ret_rows);

/* ---- reading --------------------------------------------------------------------------------------- */

struct Tape {
    Arena *arena;
    const char *path;
    int fd;
    void (*give_back)(Tape *t); /* descriptor and mapping; NULL: the bytes are somebody else's */
    const uint8_t *bytes;       /* the mapping; NULL when the file is empty */
    uint64_t size;
    uint8_t head[TAPE_FILE_HEAD];
    TapeInfo info;
    VEC(TapeEntry) entries;
    VEC(TapeDamage) damage;
    uint64_t end; /* behind the last whole block */
    uint64_t rows, row_end;
    uint32_t next_number;
    uint8_t day_sum[SHA256_SIZE]; /* as the end mark has it */
    bool is_closed, has_sum;
    bool has_sha; /* the processor's instructions */
};

Tape *tape_new(const char *path, Arena *arena, Err *err); /* NULL: no memory */
/* Head and index of bytes that are there; then of those that came since. */
Status tape_begin(Tape *t, Err *err);
Status tape_go_on(Tape *t, Err *err);
