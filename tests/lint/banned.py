#!/usr/bin/env python3
"""banned.py — calls, flags and types this house does without, each with the reason."""
import re

import sources

PRODUCT, PURE, ALL, BUILD = 'product', 'pure', 'all', 'build'
RULES = [    # where, pattern over C without comments and strings, why
    (PRODUCT, r'\bqsort(_r)?\s*\(', 'its order of equals differs between libraries: vm/base has a stable sort'),
    (PRODUCT, r'\b(strto[fd]|strtold|ato[fil]|atoll|sscanf|fscanf|scanf)\s*\(', 'depends on the locale, hides errors: vm/base parses numbers'),
    (PRODUCT, r'\b(set|long)jmp\b|\bsigsetjmp\b', 'errors are returned'),
    (PRODUCT, r'\b(setlocale|uselocale)\s*\(', 'the locale stays "C"'),
    (PRODUCT, r'\b(s?rand|random|drand48)\s*\(', 'randomness comes from a seed (vm/base/rng.h)'),
    (PRODUCT, r'\b(strtok|asctime|ctime|gmtime|localtime|strerror|tmpnam|mktemp)\s*\(', 'keeps hidden state'),
    (PRODUCT, r'\b(system|popen)\s*\(', 'no shells'),
    (PRODUCT, r'(?<!\w)assert\s*\(', 'BUG_IF stays on in every build'),
    (PRODUCT, r'\blong\s+double\b', 'its width differs between machines'),
    (PRODUCT, r'\b_Thread_local\b|\b__thread\b', 'state is passed, not found'),
    (PRODUCT, r'\b(strcpy|strcat|stpcpy|strncpy|strncat|v?sprintf|alloca)\s*\(', 'has no bound: use a Span, a Buf or snprintf'),
    (PRODUCT, r'\b__builtin_prefetch\b', 'gcc 12 drops calls of functions that do nothing else: prefetch_near, prefetch_far'),
    (ALL, r'\bgets\s*\(', 'cannot be used safely'),
    (PURE, r'\b(malloc|calloc|realloc|free|aligned_alloc|strn?dup)\s*\(', 'memory comes from an arena'),
    (PURE, r'\b(v?f?printf|v?snprintf|puts|fputs|putchar|fopen|fwrite|fread|open|read|write|close|getenv)\s*\(', 'no input or output here'),
    (PURE, r'\b(time|clock|clock_gettime|gettimeofday)\s*\(', 'time comes in as an argument'),
    (PURE, r'\b(exp|log|pow|sqrt|sin|cos|tan|floor|ceil|round|trunc|rint|lrint|llrint|fma|fmod|exp2|log2|log10|log1p|expm1|cbrt|hypot)f?\s*\(', 'libm differs between machines: vm/base has its own'),
    (PURE, r'(?<!long )\blong\b(?!\s+long\s*\))', 'its width differs between machines: int64_t (a cast for %lld is fine)'),
    (PURE, r'\bFLT_EVAL_METHOD\b|#\s*pragma\s+(STDC|GCC\s+optimize)', 'one arithmetic for all files'),
    (PURE, r'(?<!unsigned )(?<!signed )\bchar\s+\w+\s*=\s*-|\(char\)\s*-', 'whether plain char has a sign differs: int8_t'),
    (BUILD, r'-f?fast-math|-Ofast|-funsafe-math|-ffp-contract=(fast|on)|-mfma|-march=native', 'changes bits of results'),
]
# Floats are printed by vm/base (shortest, locale-free), not by printf.
PRINTF = re.compile(r'\b\w*printf\s*\([^;]*')
FLOAT_FORMAT = re.compile(r'%[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?L?[gGeEfFaA](?![a-zA-Z])')
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
# Where what is banned elsewhere has its one place.
HOMES = {'vm/base/bug.h': r'\b__builtin_prefetch\b'}
# The anchor's twin, what engines are measured against, may use this machine; its bits are proved equal.
TWIN_BUILD = 'runtime/bench/meson.build'
PRODUCT_FOLDERS = ('vm/', 'compiler/', 'runtime/')


def applies(where, path, pure_rooms):
    if path.endswith(('meson.build', 'meson_options.txt')) or path == 'dev': return where == BUILD
    if where == ALL: return True
    if where == PRODUCT: return path.startswith(PRODUCT_FOLDERS)
    return where == PURE and path.startswith(PRODUCT_FOLDERS) and sources.is_pure(path, pure_rooms)


def check(path, text, pure_rooms):
    is_build = not path.endswith(('.c', '.h', '.re', '.y'))
    bare = text if is_build else sources.blank(text)
    for where, pattern, why in RULES:
        if not applies(where, path, pure_rooms) or (where == BUILD and path == TWIN_BUILD): continue
        if HOMES.get(path) == pattern: continue
        for match in re.finditer(pattern, bare):
            yield f'{path}:{sources.line_of(bare, match.start())}: {match.group().strip()}: {why}'
    if not is_build and path.startswith(PRODUCT_FOLDERS):
        full = sources.blank(text, keep_strings=True)
        for call in PRINTF.finditer(full):
            formats = ' '.join(STRING.findall(call.group())).replace('%%', '  ')
            for match in FLOAT_FORMAT.finditer(formats):
                yield (f'{path}:{sources.line_of(full, call.start())}: {match.group()}: '
                       'printf rounds and localises floats: vm/base prints numbers')


def lint():
    pure = sources.floors()['pure']
    paths = sources.tracked('.c', '.h', '.re', '.y', 'meson.build', 'meson_options.txt') + ['dev']
    return [finding for path in paths for finding in check(path, sources.read(path), pure)]


SELF_TEST = [    # file, text, number of findings
    ('runtime/cli/a.c', 'qsort (a, b, c, d);', 1), ('runtime/cli/a.c', '/* qsort(a) */ my_qsort(a);', 0),
    ('runtime/cli/a.c', 'f = strtod(s, &e);', 1), ('runtime/cli/a.c', 'n = atof(s);', 1),
    ('runtime/cli/a.c', 'printf("%-8.3g", x);', 1), ('runtime/cli/a.c', 'printf("100 %%g %d", x);', 0),
    ('runtime/cli/a.c', 'snprintf(s, 9,\n "%d %f", n, x);', 1),
    ('runtime/cli/a.c', 'buf_fmt(b, "%f %.3f", x, y);', 0), ('tests/prop/a.c', 'printf("%g", x);', 0),
    ('vm/a.c', 'p = malloc(8);', 1), ('runtime/core/a.c', 'p = malloc(8);', 0),
    ('runtime/engine/a.c', 'printf(s);', 1), ('vm/a.c', 'long n; long long m;', 2), ('vm/a.c', 'f("%lld", (long long)x);', 0),
    ('vm/a.c', '(unsigned long long)x;', 0), ('vm/a.c', 'int64_t long_run;', 0),
    ('vm/a.c', 'char c = -1;', 1),
    ('vm/a.c', 'y = exp(x);', 1), ('vm/a.c', 'y = math_exp(x);', 0), ('vm/a.c', 'setjmp(b);', 1),
    ('vm/a.c', 'assert(x); static_assert(1, "");', 1),
    ('vm/a.c', '__builtin_prefetch(p);', 1), ('vm/base/bug.h', '__builtin_prefetch(p);', 0),
    ('vm/a.c', 'strcpy(a, b);', 1), ('vm/a.c', 'sprintf(a, b);', 1), ('tests/a.c', 'gets(a);', 1),
    ('vm/meson.build', "c_args: '-ffast-math'", 1), ('compiler/a.c', 'x = rand();', 1),
    ('runtime/core/a.c', 'static __thread int x;', 1), ('vm/a.c', 'time(0);', 1),
]


def self_test():
    for path, text, want in SELF_TEST:
        got = list(check(path, text, ['engine']))
        if len(got) != want: yield f'{path} with {text!r}: {len(got)} findings, expected {want}'


if __name__ == '__main__': sources.main(lint, lambda: list(self_test()))
