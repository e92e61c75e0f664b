#!/usr/bin/env python3
"""embed.py OUT MODULE... — the library's modules as one C table of bytes."""
import os, sys

with open(sys.argv[1], 'w', encoding='ascii') as out:
    rows = []
    for i, path in enumerate(sys.argv[2:]):
        data = open(path, 'rb').read()
        name = os.path.splitext(os.path.basename(path))[0]
        out.write(f'static const char TEXT_{i}[] = {{{",".join(str(b) for b in data + bytes(1))}}};\n')
        rows.append(f'    {{SPAN_INIT("std/{name}"), SPAN_INIT("std/{name}.odx"), {{TEXT_{i}, {len(data)}}}}},\n')
    out.write('static const StdModule STD_MODULES[] = {\n' + ''.join(rows) + '};\n')
