/* scratch.h — a folder of its own for a test that needs files.
 *
 * The folder is made at the first call and removed, with all that is in it, when the program ends. */
#pragma once

/* Path of `name` in the scratch folder; the text stays valid until the program ends. */
const char *scratch_path(const char *name);
/* Writes a file there and returns its path. */
const char *scratch_file(const char *name, const char *text);
/* Makes a folder there and returns its path. */
const char *scratch_folder(const char *name);
