/* server.h — what the language server carries from message to message (private to the room).
 *
 * A method is a row of methods.def and a function `answer_x(Call *)`; it writes its result to c->w, or
 * calls call_refuse.  The dispatcher has found document, position and analysis before. */
#pragma once

#include "compiler/lsp/ask_private.h"
#include "compiler/lsp/lsp.h"
#include "compiler/views/json_tree.h"
#include "vm/base/json.h"

/* ---- documents (documents.c) ------------------------------------------------------------------ */

typedef struct Document {
    Span uri, name; /* in `memory` */
    int64_t version;
    char *text; /* NUL behind it; in the host's memory */
    size_t len, cap;
    bool is_lost;    /* too long: what stands here is its beginning; edits wait for a whole text */
    bool needs_push; /* findings changed since they were last told */
    Arena memory;    /* uri and name */
    Arena arena;     /* the analysis */
    bool has_arena;
    Ask *ask;        /* NULL: to be made */
    uint32_t *lines; /* starts, on `arena`; NULL: to be made */
    uint32_t line_count;
    uint32_t rules, reached; /* as its tests last ran on this text; rules 0: they have not */
    char *replay;            /* the last replay as a test block, in the host's memory; NULL: none */
    size_t replay_len;
    uint64_t used; /* when it was last asked, for dropping the oldest */
} Document;

typedef struct Message { /* in the queue */
    struct Message *next;
    size_t len;
    bool is_cancelled;
    char text[];
} Message;

typedef enum LspState { LSP_FRESH, LSP_READY, LSP_SHUT, LSP_OVER } LspState;

struct Lsp {
    LspHost host;
    LspState state;
    int status;
    bool is_utf8;  /* positions count bytes, else UTF-16 units */
    bool has_pull; /* the client asks for findings */
    bool has_snippets;
    bool has_changes_on_save;
    bool has_lens_refresh;
    Span root; /* the folder that the editor has open, or empty; in the host's memory */
    Message *first, *last;
    size_t queued;
    Document *documents[LSP_DOCUMENTS_MAX]; /* in order of opening */
    size_t document_count;
    uint64_t clock; /* counts questions */
    Arena scratch;  /* one message */
};

Span document_text(const Document *d);
Document *document_find(const Lsp *l, Span uri);
Document *document_named(const Lsp *l, Span name);
/* A new document, or the one of that uri with a new text; NULL when there are too many. */
Document *document_open(Lsp *l, Span uri, int64_t version, Span text);
void document_close(Lsp *l, Document *d);
/* The whole text anew. */
void document_set(Lsp *l, Document *d, Span text);
/* The bytes from `begin` to `end` are replaced. */
void document_edit(Lsp *l, Document *d, uint32_t begin, uint32_t end, Span insert);
/* The last replay of it as a test block; empty: none. */
void document_replayed(Lsp *l, Document *d, Span test);
/* The analysis, made when there is none; NULL without memory for the whole of it. */
Ask *document_ask(Lsp *l, Document *d);
/* Everything worked out is forgotten: of the document, and of those that use modules. */
void document_changed(Lsp *l, Document *d);
/* Modules as their editors have them, else as the host finds them: `load` of CompileOptions. */
typedef struct ModuleLoader {
    Lsp *lsp;
    Arena *arena;                  /* what is loaded is copied to it */
    Span main;                     /* who asks the lock file */
    const struct Members *changed; /* texts that are tried out; may be NULL */
} ModuleLoader;
ModuleText loader_load(void *loader, Span path, Span from);
/* A text analysed as if it were open, or NULL without memory; `changed` may be NULL. */
Ask *file_ask(Lsp *l, Span name, Span text, const struct Members *changed, Arena *arena);
/* "file:///a%20b" to "/a b"; any other uri as it is. */
Span uri_to_name(Arena *arena, Span uri);
Span name_to_uri(Arena *arena, Span name);

/* ---- positions (positions.c) ------------------------------------------------------------------ */

typedef struct LspPosition {
    uint32_t line, character;
} LspPosition;

/* Out of range is the nearest place there is. */
uint32_t position_to_offset(const Lsp *l, Document *d, LspPosition p);
LspPosition offset_to_position(const Lsp *l, Document *d, uint32_t offset);

/* ---- calls (dispatch.c) ----------------------------------------------------------------------- */

typedef enum RpcError {
    RPC_PARSE = -32700,
    RPC_INVALID = -32600,
    RPC_NO_METHOD = -32601,
    RPC_PARAMS = -32602,
    RPC_INTERNAL = -32603,
    RPC_NOT_READY = -32002,
    RPC_CANCELLED = -32800,
    RPC_FAILED = -32803,
} RpcError;

typedef struct Call {
    Lsp *lsp;
    Arena *arena; /* of this message */
    Span message, method;
    const JsonValue *params;
    JsonWriter *w;
    Document *doc;
    Ask *ask;
    uint32_t at; /* the position, as an offset */
    int error;
    const char *refusal;
} Call;

void call_refuse(Call *c, RpcError code, const char *why);
/* A request of ours to the client, without parameters. */
void call_request(Lsp *l, const char *method);
/* One notification for the client. */
void call_notify(Lsp *l, const char *method, Buf *params);

/* ---- reading and writing (wire.c) ------------------------------------------------------------- */

Span wire_text(const JsonValue *object, const char *key);
int64_t wire_int(const JsonValue *object, const char *key, int64_t otherwise);
bool wire_bool(const JsonValue *object, const char *key);
/* "textDocument.completion.x" */
const JsonValue *wire_path(const JsonValue *object, const char *dotted);
LspPosition wire_position(const JsonValue *v);
void wire_range_offsets(const Call *c, const JsonValue *range, uint32_t *ret_begin,
                        uint32_t *ret_end);
/* The text of a value in the message. */
Span wire_raw(const Call *c, const JsonValue *v);

void put_key(Call *c, const char *key);
void put_string(Call *c, const char *key, Span text);
void put_int(Call *c, const char *key, int64_t v);
void put_bool(Call *c, const char *key, bool v);
/* `key` NULL: as an item of a list. */
void put_positions(Call *c, const char *key, LspPosition begin, LspPosition end);
void put_range(Call *c, const char *key, uint32_t begin, uint32_t end);
void put_edits(Call *c, const Changes *edits);
/* {"uri", "range"} of a place in the document or in a module. */
void put_location(Call *c, Place at);
void open_object(Call *c);
void close_object(Call *c);
void open_array(Call *c);
void close_array(Call *c);

/* ---- findings (answer_check.c) ---------------------------------------------------------------- */

void push_findings(Lsp *l, Document *d);
/* None, for a document that goes. */
void push_nothing(Lsp *l, Document *d);
void put_finding_of(Call *c, const Diag *d);

/* ---- files that belong together (members.c) --------------------------------------------------- */

/* A file that sees the name which is sought: open in the editor, or on disk. */
typedef struct Member {
    Span name, uri;
    Document lines; /* its text, for positions */
    Ask *ask;
    uint32_t symbol; /* of the name, in ask_names(ask) */
    bool is_known;   /* open, or a file of the project */
    Changes edits;   /* of a rename */
    Span after;      /* the text behind them; empty: as it is */
} Member;

typedef struct Members {
    Member *items; /* the document that was asked first */
    size_t count, cap;
} Members;

/* Everybody who may mention the symbol; NULL, or why that cannot be said. */
const char *members_find(Call *c, uint32_t symbol, Members *ret);
/* The name of the file that defines it. */
Span symbol_home(const Ask *a, const Symbol *s);
/* The text of a file that is tried out; empty: there is none. */
Span members_text(const Members *all, Span name);
void put_range_of(Call *c, Member *m, const char *key, uint32_t begin, uint32_t end);
/* A file of c->ask as a place for ranges: as its editor has it, else as it was read. */
Member member_of_file(Call *c, uint16_t file);
/* The files of the project of `name` that no editor has open; not analysed, `ask` reads them only. */
void members_on_disk(Call *c, Span name, Members *ret);

/* ---- rename (rename.c) ------------------------------------------------------------------------ */

/* Why the name at c->at cannot be renamed; NULL: it can. */
const char *rename_refusal(Call *c, Place *ret_at);
/* Edits for the new name, of each file; or why not. */
const char *rename_edits(Call *c, Span name, Members *ret);

#define METHOD(name, answer, kind, needs, capability, value) void answer(Call *c);
#include "compiler/lsp/methods.def"
#undef METHOD
