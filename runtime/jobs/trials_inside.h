/* trials_inside.h — what the ledger and its marks share.  Private to the two. */
#pragma once

#include "runtime/jobs/trials.h"

enum { LEDGER_ID = 16 };

typedef struct LedgerEnd { /* how far a ledger is */
    uint64_t records;
    uint8_t chain[SHA256_SIZE]; /* of the last record */
} LedgerEnd;

typedef struct LedgerLook { /* of the file, to the system */
    uint64_t dev, ino, size, changed_s, changed_ns, status_s, status_ns;
} LedgerLook;

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
    uint64_t cached; /* records that a cache on the disk has; 0: there is none */
    LedgerLook look; /* when all of it had been read */
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
/* The same before it is known how many records there are. */
bool ledger_chain_at(const Trials *t, uint64_t number, uint8_t ret_chain[SHA256_SIZE]);
bool ledger_look(const Trials *t, LedgerLook *ret);

/* Under the lock, of a ledger of which nothing was read: begins with what a cache has, if it can be trusted. */
void cache_take(Trials *t);
/* Under the lock, when all of it is read: for the next one. */
void cache_keep(Trials *t);
/* Has somebody read all of a file that looks like this? */
bool cache_has_seen(const Trials *t, const LedgerLook *look);
