/* migrate.c — see migrate.h. */
#include "compiler/views/migrate.h"

#include <assert.h>

#include "vm/base/bug.h"

enum { VERSION_MAX = 1000000 };

int doc_version(const JsonValue *root)
{
    const JsonValue *odx = json_member(root, "odx");

    if (!odx) return 0;
    if (odx->kind != JSON_NUMBER || !(odx->number >= 1 && odx->number <= VERSION_MAX)) return -1;
    return odx->number == (double)(int)odx->number ? (int)odx->number : -1;
}

/* The original has every key that version 1 has, but for those that version 1 brought: the text must say
 * them, and a form that goes back shall not. */
static void from_original(Doc *doc)
{
    static const char *const brought[] = {"odx", "mode"};

    for (size_t i = 0; i < ARRAY_LEN(brought); i++)
        if (!json_member(doc->root, brought[i])) doc_absent(doc, brought[i]);
}

/* steps[v] goes from version v to v + 1. */
static void (*const steps[])(Doc *doc) = {from_original};
static_assert(ARRAY_LEN(steps) == DOC_VERSION, "every older version has its step");

static void refuse(Doc *doc, const JsonValue *odx, int version)
{
    Diag *d = doc_diag(doc, ODX003, odx, odx->place, version < 0 ? T_VERSION : T_JSON_NEWER,
                       arg_source(odx->place));

    diag_label(d, T_VERSION_LABEL);
    if (version > DOC_VERSION) diag_fact(d, T_JSON_NEWER_KEPT);
}

bool doc_migrate(Doc *doc)
{
    int version = doc_version(doc->root);

    if (version < 0 || version > DOC_VERSION) {
        refuse(doc, json_member(doc->root, "odx"), version);
        return false;
    }
    for (; version < DOC_VERSION; version++)
        steps[version](doc);
    return true;
}
