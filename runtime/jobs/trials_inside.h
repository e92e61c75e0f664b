/* trials_inside.h — what the ledger and its marks share.  Private to the two. */
#pragma once

#include "runtime/jobs/trials.h"

enum { LEDGER_ID = 16 };

typedef struct LedgerEnd { /* how far a ledger is */
    uint64_t records;
    uint8_t chain[SHA256_SIZE]; /* of the last record */
} LedgerEnd;

struct Trials {
    Arena *arena;
    const TrialsPlace *place;
    int fd;
    uint8_t id[LEDGER_ID];
    LedgerEnd end;
    bool is_chained;  /* the last record could be read: `end.chain` is its chain */
    bool was_altered; /* a record is not chained to the one before */
    uint64_t damaged, torn_bytes;
    TrialSet set; /* of the tape */
    uint64_t lost;
    bool was_cut; /* a record says so */
    uint64_t elsewhere;
    bool has_mark;
};

/* What the marks of the folders say: `elsewhere`, and how many trials of the tape this ledger has lost since
 * its last mark; false when nothing is wrong with it. */
typedef struct MarkLoss {
    bool is_cut;
    uint64_t lost;
} MarkLoss;
Status marks_read(Trials *t, MarkLoss *ret_loss, Err *err);
/* A line in each folder that can be written. */
void marks_write(Trials *t);
/* The chain of record `number`, from 0; false when there is none. */
bool ledger_chain(const Trials *t, uint64_t number, uint8_t ret_chain[SHA256_SIZE]);
