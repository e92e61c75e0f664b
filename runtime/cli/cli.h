/* cli.h — what all verbs of odx share: output, exit codes, loading and compiling files.
 *
 * A verb is a function `int cmd_x(Cli *)` in cmd_x.c (its row is in commands.def); it returns an exit
 * code.  Promise: standard output carries results only, standard error everything else, and a failed
 * write (full disk, closed pipe) is exit 2 with one line. */
#pragma once

#include "compiler/compiler.h"
#include "runtime/cli/args.h"
#include "runtime/core/out.h"
#include "runtime/engine/engine.h"
#include "vm/base/vec.h"

#define ODX_VERSION ENGINE_VERSION

enum { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_USE = 2, EXIT_FAULT = 3 };

typedef struct Cli {
    Arena *arena;   /* lives as long as the process */
    Arena *scratch; /* for work that is given back at once */
    Args args;
    Out out, err;
    bool has_colour;
    /* files that were compiled, with what belongs to them; "-" is one, too */
    VEC(const char *) reads;
} Cli;

#define COMMAND(name, fn, ...) int fn(Cli *cli);
#include "runtime/cli/commands.def"

/* One line on standard error: "odx: ..."; returns `code`.  Needs no memory. */
int cli_fail(Cli *cli, int code, const char *fmt, ...);
/* A Status with its trail, as one line; returns EXIT_USE (EXIT_FAULT for our own mistakes). */
int cli_fail_err(Cli *cli, const Err *err);
/* Text for people on standard output: line ends and, where there are colours, those stay; other control characters are
 * made visible, so that no name, title or file speaks to a terminal. */
void cli_put(Cli *cli, Span s);
/* Documents for programs (JSON, CSV, a strategy's text) as they are. */
void cli_put_bytes(Cli *cli, Span s);
/* Lines for people, each behind `head`. */
void cli_lines(Out *out, const char *head, Span lines);
/* A buffer for output of any reasonable size. */
Buf cli_buf(Cli *cli);

/* A file as read; name is the path as typed. */
typedef struct CliFile {
    Span name, text;
} CliFile;

typedef struct CliFiles {
    CliFile *items;
    size_t count;
} CliFiles;

/* Plain arguments to files: folders are searched for *.odx and for the *.json that are forms or graphs.
 * False after saying why. */
bool cli_files(Cli *cli, CliFiles *ret_files);
bool cli_file(Cli *cli, const char *path, CliFile *ret_file);

/* What odx.toml says about failing. */
typedef struct CliSettings {
    bool denies_warnings, denies_notes;
} CliSettings;

/* Compiles with the project's settings (odx.toml, odx.lock beside the file or above it). */
typedef struct CliCompile {
    CompileStage until;
    bool has_tests, is_plain, is_stripped, has_format_note, ignores_lock;
    struct LockList *lock;     /* gathers the modules that were read; may be NULL */
    CliSettings *ret_settings; /* may be NULL */
} CliCompile;
bool cli_compile(Cli *cli, const CliFile *file, const CliCompile *how, Arena *arena,
                 Compilation *ret_c);
/* The same, for verbs that need a program without errors: prints the findings and returns false. */
bool cli_compile_sound(Cli *cli, const CliFile *file, const CliCompile *how, Compilation *ret_c);
/* The same for verbs that quote the strategy: of a form or a graph, its text. */
bool cli_compile_readable(Cli *cli, const CliFile *file, const CliCompile *how, Compilation *ret_c);
