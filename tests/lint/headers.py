#!/usr/bin/env python3
"""headers.py BUILD — each header compiles alone, under C11 with all warnings."""
import os, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

import sources

FLAGS = ['-std=gnu11', '-fsyntax-only', '-Wall', '-Wextra', '-Wconversion', '-Wsign-conversion', '-Wshadow',
         '-Wstrict-prototypes', '-Werror', '-x', 'c']
JOBS = min(4, os.cpu_count() or 1)


def compile_alone(header, include_folders):
    """The header included twice: it stands alone, and guards against the second time."""
    text = f'#include "{header}"\n#include "{header}"\ntypedef int nothing_else;\n'
    done = subprocess.run(['gcc', *FLAGS, *(f'-I{f}' for f in include_folders), '-'], input=text, text=True,
                          capture_output=True)
    if done.returncode == 0: return []
    first = re.search(r'^.*error.*$', done.stderr, re.M)
    return [f'{header}: does not compile alone: {first.group() if first else done.stderr.strip()}']


def lint():
    folders = [sources.ROOT, *sys.argv[1:2]]
    with ThreadPoolExecutor(JOBS) as pool:
        found = pool.map(lambda header: compile_alone(header, folders), sources.tracked('.h'))
        return [finding for findings in found for finding in findings]


SELF_TEST = [('#pragma once\n#include <stdint.h>\nint64_t f(void);\n', True),
             ('#pragma once\nint64_t f(void);\n', False), ('#include <stdint.h>\nstruct S { int a; };\n', False),
             ('#pragma once\nint f();\n', False)]


def self_test():
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        for i, (text, ok) in enumerate(SELF_TEST):
            with open(os.path.join(folder, f'case{i}.h'), 'w', encoding='utf-8') as f: f.write(text)
            if bool(compile_alone(f'case{i}.h', [folder])) == ok: complaints.append(f'wrong about {text!r}')
    return complaints


if __name__ == '__main__': sources.main(lint, self_test)
