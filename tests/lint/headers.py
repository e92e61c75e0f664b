#!/usr/bin/env python3
"""headers.py BUILD — each header compiles alone, and all installed ones together, with all warnings."""
import os, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

import public_headers, sources

FLAGS = ['-std=gnu11', '-fsyntax-only', '-Wall', '-Wextra', '-Wconversion', '-Wsign-conversion', '-Wshadow',
         '-Wstrict-prototypes', '-Werror', '-x', 'c']
JOBS = min(4, os.cpu_count() or 1)


def compile_text(name, headers, include_folders):
    text = ''.join(f'#include "{header}"\n' for header in headers) + 'typedef int nothing_else;\n'
    done = subprocess.run(['gcc', *FLAGS, *(f'-I{f}' for f in include_folders), '-'], input=text, text=True,
                          capture_output=True)
    if done.returncode == 0: return []
    first = re.search(r'^.*error.*$', done.stderr, re.M)
    return [f'{name}: does not compile: {first.group() if first else done.stderr.strip()}']


def compile_alone(header, include_folders):
    """The header included twice: it stands alone, and guards against the second time."""
    return compile_text(header + ' alone', [header, header], include_folders)


def compile_together(headers, include_folders):
    """An embedding program may include all of them: no two may use one name for two things."""
    return compile_text('all installed headers', headers, include_folders)


def lint():
    folders = [sources.ROOT, *sys.argv[1:2]]
    with ThreadPoolExecutor(JOBS) as pool:
        found = pool.map(lambda header: compile_alone(header, folders), sources.tracked('.h'))
        installed = [path for path in public_headers.public_headers() if path.endswith('.h')]
        together = compile_together(installed, folders)
        return together + [finding for findings in found for finding in findings]


SELF_TEST = [('#pragma once\n#include <stdint.h>\nint64_t f(void);\n', True),
             ('#pragma once\nint64_t f(void);\n', False), ('#include <stdint.h>\nstruct S { int a; };\n', False),
             ('#pragma once\nint f();\n', False)]


def self_test():
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        for i, (text, ok) in enumerate(SELF_TEST):
            with open(os.path.join(folder, f'case{i}.h'), 'w', encoding='utf-8') as f: f.write(text)
            if bool(compile_alone(f'case{i}.h', [folder])) == ok: complaints.append(f'wrong about {text!r}')
        for name in 'ab':
            with open(os.path.join(folder, name + '.h'), 'w', encoding='utf-8') as f:
                f.write(f'#pragma once\ntypedef struct Same {{ int {name}; }} Same;\n')
        if not compile_together(['a.h', 'b.h'], [folder]): complaints.append('misses two things of one name')
    return complaints


if __name__ == '__main__': sources.main(lint, self_test)
