/* drive_between.h — boundaries between recorded ticks in columns; private to the room.
 *
 * Samples (`every 1s`) are due between most ticks.  Where at most one boundary lies between two ticks of a run, it
 * joins the word of the tick behind it: its shared part comes from columns of its own, and it is left out, or
 * run with that part known, like a tick.
 * Promise: boundaries taken into words are those the engine would run by itself, no more and no fewer. */
#pragma once

#include "runtime/engine/drive_fields.h"
#include "vm/wakes.h"

typedef struct DriveBetween {
    DriveFields *fields;
    ColumnSource ticks; /* what is asked for values of ticks */
    Columns *columns;
    Wakes wakes;
    bool samples, is_hourly;    /* equity, too; losses are counted by the hour */
    int64_t period_us, next_us; /* next_us: of the first boundary that no word has taken */
    /* the present word */
    uint32_t first, count; /* boundaries; numbered from `first` on */
    uint64_t bits;         /* a boundary lies right before these ticks */
    int64_t now_us[WORD];
    uint32_t tick[WORD]; /* the tick before each */
    bool is_plain;       /* those follow each other */
    Mask *gates;         /* by wake, at the ticks before which boundaries lie */
    uint32_t put;        /* boundaries up to this one have left what rows hold */
} DriveBetween;

/* NULL: boundaries go by themselves, for there are none, they want more than their shared part at every instant,
 * or memory ends. */
DriveBetween *drive_between_new(Engine *e, DriveFields *fields, Arena *arena);
/* A run begins, or the engine has run what was due: which one is next. */
void drive_between_begin(DriveBetween *b, const Engine *e);
/* So many boundaries come by themselves before an instant. */
uint32_t drive_between_due(const DriveBetween *b, int64_t ts_us);
/* Takes the boundaries before ticks first .. end into a word, at most one a tick; gives where the word must end. */
uint32_t drive_between_take(DriveBetween *b, uint32_t first, uint32_t end);
/* Are all prices of ticks first .. end known and none crossed, so that equity follows the price of what is held? */
bool drive_between_tells(const DriveBetween *b, uint32_t first, uint32_t end);
/* Their columns; what the word before has left must be held. */
void drive_between_word(DriveBetween *b);
/* How many of them lie before the tick at a place of the word. */
static inline uint32_t drive_between_until(const DriveBetween *b, uint32_t bit)
{
    return (uint32_t)__builtin_popcountll(b->bits & (UINT64_MAX >> (WORD - 1 - bit)));
}
/* Rows hold what the first `count` boundaries of the word leave. */
void drive_between_hold(DriveBetween *b, uint32_t count);
/* What wakes are at the boundaries, by the ticks behind these. */
void drive_between_gates(DriveBetween *b);
