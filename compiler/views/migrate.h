/* migrate.h — documents of older versions, brought to the present one before they are read (private to
 * the room).
 *
 * A document says its version as `odx`; the original's documents say none and are version 0.  Steps go
 * from one version to the next, on the tree of the JSON, so that places and pointers stay those of the
 * file.  Promise: a document of a newer version is not touched, read or laid out: one finding says why. */
#pragma once

#include "compiler/views/document_private.h"

enum { DOC_VERSION = 1 };

/* 0 without `odx`; -1 when it is no version there ever was or may be. */
int doc_version(const JsonValue *root);
/* All steps up to DOC_VERSION. False after ODX003: this document is none of ours. */
bool doc_migrate(Doc *doc);
