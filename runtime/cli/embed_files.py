#!/usr/bin/env python3
"""embed_files.py OUT NAME FILE...: files as one C table of {name, text, length}.

Used at build time for the examples that `odx new` offers.  Names are the base names; the ending .odx goes, `.x` becomes `_x`."""
import os
import sys

out, table, files = sys.argv[1], sys.argv[2], sorted(sys.argv[3:], key=os.path.basename)
with open(out, 'w', encoding='utf-8') as f:
    f.write('#include "runtime/cli/embedded.h"\n\n')
    for i, path in enumerate(files):
        data = open(path, 'rb').read()
        rows = [', '.join(str(b) for b in data[k:k + 24]) for k in range(0, len(data), 24)]
        f.write(f'static const unsigned char text_{i}[] = {{\n' + ',\n'.join(rows) + ', 0};\n')
    f.write(f'\nconst EmbeddedFile {table}[] = {{\n')
    for i, path in enumerate(files):
        stem, ending = os.path.splitext(os.path.basename(path))
        name = stem if ending == '.odx' else stem + ending.replace('.', '_')
        f.write(f'    {{"{name}", (const char *)text_{i}, sizeof text_{i} - 1}},\n')
    f.write(f'}};\nconst size_t {table}_count = {len(files)};\n')
