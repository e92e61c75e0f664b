#!/usr/bin/env python3
"""public_headers.py [PREFIX] — the headers an embedding program may include.

They are the doors of vm/, compiler/ and runtime/engine, and whatever those include in turn.  With PREFIX (or
under `meson install`) they are copied to PREFIX/include/oddex, paths kept; without, they are listed."""
import os, shutil, sys

import layers, sources

PUBLIC = ('vm/', 'compiler/', 'runtime/engine/')


def public_headers():
    floors = sources.floors()
    todo = [p for p in sources.tracked('.h') if p.startswith(PUBLIC) and layers.is_door(p, floors)]
    seen = set()
    while todo:
        path = todo.pop()
        if path in seen: continue
        seen.add(path)
        text = sources.blank(sources.read(path), keep_strings=True)
        todo += [m.group(1) for m in layers.INCLUDE.finditer(text) if m.group(1)]
    return sorted(seen)


def install(prefix):
    for path in public_headers():
        to = os.path.join(prefix, 'include', 'oddex', path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copyfile(os.path.join(sources.ROOT, path), to)


if __name__ == '__main__':
    prefix = os.environ.get('MESON_INSTALL_DESTDIR_PREFIX') or (sys.argv[1] if sys.argv[1:] else None)
    if prefix: install(prefix)
    else: print(*public_headers(), sep='\n')
