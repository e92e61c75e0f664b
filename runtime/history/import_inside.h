/* import_inside.h — what the files of the import share.  Private to them. */
#pragma once

#include "runtime/history/import.h"
#include "runtime/history/tape.h"
#include "vm/base/map.h"

enum { IMPORT_COLUMNS = 256 };

typedef enum FormatKind { FORMAT_TICKS, FORMAT_RESULTS, FORMAT_FILLS } FormatKind;

typedef struct Format {
    Span name, venue, symbol, has, has_not;
    FormatKind kind;
    int64_t seconds;
} Format;

typedef struct Slot { /* one slot of a stream in this recording */
    int64_t start_us, length_us, first_us, last_us;
    uint64_t ticks, outside;
    double price_start, price_end;
    int8_t winner;
    const double
        *early; /* what each column said first, within the slot's first tenth; NULL nothing */
} Slot;

typedef struct Day { /* one file */
    int64_t day;
    const char *part, *whole;
    bool is_done;          /* it was there: rows of this recording are in it */
    uint64_t skip, passed; /* rows that were there; rows in order so far */
    VEC(TickRow) late;     /* earlier than the row before: sorted in at the end */
} Day;

typedef struct Stream {
    Span symbol; /* as the file has it */
    int64_t slot_us;
    Span name, asset;
    CellHeld held;
    TickRow last; /* the last tick in order of the file; ts_us MICROS_UNKNOWN none */
    int64_t latest_us;
    MapNum slots; /* start -> Slot */
    Slot *slot;   /* the last one looked for */
    uint64_t ticks;
    int64_t first_us, last_us;
    Buf fills;
    /* in files, import_days.c */
    const char *folder;
    VEC(Day *) days;
    Day *day; /* the one being written, or NULL */
    TapeWriter *writer;
    Arena arena; /* of the writer: a day's memory is gone with it */
    /* in memory, import_text.c */
    VEC(TickRow) rows;
    bool goes_back;
} Stream;

typedef struct Import Import;

/* Where ticks are kept. */
typedef struct ImportSink {
    Status (*begin)(Import *im, Stream *s); /* NULL: nothing to do */
    /* `is_late`: earlier than the one before. */
    Status (*keep)(Import *im, Stream *s, const TickRow *row, bool is_late);
} ImportSink;

struct Import {
    const ImportOptions *how;
    const ImportSink *sink;
    ImportReport *report;
    Arena *arena;
    Err *err;
    const Format *format;
    Span venue, asset; /* of --stream, or of the format */
    int64_t slot_us;
    Span names[IMPORT_COLUMNS];
    const CellColumn *columns[IMPORT_COLUMNS]; /* NULL: not known */
    uint32_t column_count;
    bool is_text[IMPORT_COLUMNS]; /* some early cell is no number */
    uint64_t line;
    Span text; /* of the row */
    Span cells[IMPORT_COLUMNS];
    const char *limit; /* of the text that cells stand in */
    CellRow row;
    VEC(Stream *) streams;
    Stream *stream; /* the last one looked for */
};

/* import_rows.c */
bool import_read_stream(Import *im);
/* Names are in; which kind of recording they are of. */
Status import_format(Import *im);
/* A row of so many cells. */
Status import_cells(Import *im, uint32_t count);
/* A line of CSV; the first is the header. */
Status import_line(Import *im, Span line);
void import_problem(Import *im, ImportProblem p);
void import_sum_up(Import *im);
/* Strict, and there is a reason? */
bool import_is_refused(const Import *im);
/* import.c: what was imported before from this key; keeps what there is now. */
bool import_was_there(Import *im, Span *ret_reports);
Status import_conclude(Import *im, Span reports);
/* import_stream.c: the stream of a symbol and a slot length; NULL with the problem counted or `err` set. */
Stream *import_stream(Import *im, Span symbol, int64_t slot_us);
Status import_tick(Import *im, Stream *s, const TickRow *row);
/* import_days.c: into files.  Writes what is left and gives files their names; or takes back what was written. */
extern const ImportSink import_days;
Status import_stream_finish(Import *im, Stream *s);
void import_stream_drop(Stream *s);
void import_stream_abandon(Stream *s);
/* import_slots.c */
Slot *import_slot(Import *im, Stream *s, int64_t start_us, int64_t length_us);
void import_slot_row(Import *im, Stream *s, Slot *slot, bool is_outside);
void import_slots_put(const Stream *s, Buf *text);
void import_leaks(Import *im);
/* import_fills.c */
Status import_fill_row(Import *im);
