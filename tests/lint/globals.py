#!/usr/bin/env python3
"""globals.py LIBRARY... — the pure libraries hold no writable data and need nothing from outside.

Reads the object files, not the sources: a static buffer in a function counts, a table of constant
pointers (relocated once, then read-only) does not.  What the libraries may ask for is ALLOWED.
"""
import os, re, subprocess, sys, tempfile

import sources

WRITABLE = re.compile(r'^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)(?!\.rel\.ro)')
# From string.h; gcc and clang emit calls to the first four on their own. Then position independence, and by what gcc
# lets the loader choose between two versions of a loop (runtime/market/tape_bits.c says why it does not take a level
# as the kernels of vm/ do): read-only to us, written before the program begins.
ALLOWED = {'memcpy', 'memmove', 'memset', 'memcmp', 'memchr', 'strlen', '_GLOBAL_OFFSET_TABLE_',
           '__cpu_model', '__cpu_indicator_init'}
SYMBOL = re.compile(r'^[0-9a-f]{16} (.{7}) (\S+)\t([0-9a-f]{16}) +(?:\.hidden )?(\S+)$')


def symbols(library):
    """(member, flags, section, size, name) for each symbol of an archive or object file."""
    member = os.path.basename(library)
    for line in subprocess.check_output(['objdump', '-t', library], text=True).splitlines():
        if ':     file format' in line: member = line.split(':')[0]
        match = SYMBOL.match(line)
        if match:
            flags, section, size, name = match.groups()
            yield member, flags, section, int(size, 16), name


def check(libraries):
    defined, wanted = set(), []
    for library in libraries:
        for member, flags, section, size, name in symbols(library):
            if section == '*UND*': wanted.append((member, name))
            elif flags[0] in 'gu!' or 'w' in flags: defined.add(name)
            if WRITABLE.match(section) and 'd' not in flags and size:
                yield f'{member}: {name}: {size} writable bytes in {section}'
    for member, name in sorted(set(wanted)):
        if name not in defined and name not in ALLOWED:
            yield f'{member}: needs {name}, which is outside vm/, compiler/ and the pure rooms'


def lint(): return list(check(sys.argv[1:]))


SELF_TEST = [    # C, number of findings
    ('static const int table[4] = {1}; int f(int i) { return table[i]; }', 0),
    ('static const char *const names[] = {"a", "b"}; const char *f(int i) { return names[i]; }', 0),
    ('static int count; int f(void) { return ++count; }', 1),
    ('int f(void) { static int seen = 1; return seen++; }', 1), ('int shared;', 1),
    ('_Thread_local int x; int f(void) { return x++; }', 2),
    ('double exp(double); double f(double x) { return exp(x); }', 1),
    ('void *malloc(unsigned long); void *f(void) { return malloc(1); }', 1),
    ('__attribute__((target_clones("avx2", "default"))) int f(int i) { return i * 3; }', 0),
    ('void *f(char *a, char *b) { return __builtin_memcpy(a, b, 999); }', 0),
]


def self_test():
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        for i, (text, want) in enumerate(SELF_TEST):
            out = os.path.join(folder, f'case{i}.o')
            subprocess.run(['gcc', '-O1', '-fPIC', '-c', '-w', '-x', 'c', '-', '-o', out], input=text, text=True,
                           check=True)
            got = list(check([out]))
            if len(got) != want: complaints.append(f'{text}: {got}, expected {want} findings')
    return complaints


if __name__ == '__main__': sources.main(lint, self_test)
