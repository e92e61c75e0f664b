#!/usr/bin/env python3
"""draws.py — no two draws of one generator whose order C leaves open.

gcc works out arguments from the right, clang from the left: `f(rng_below(r, 2), rng_below(r, 9))` makes
another test of the same seed with each.  A draw is a call of rng_*, or of a function or macro of the same
program that draws; GEN_MAKE sees to the order of its own kids.  Held where a seed is reported and run
again elsewhere; a unit test may draw as it likes.
"""
import re

import sources

FIRST = re.compile(r'\brng_(?:u64|below|range|unit|chance|normal|shuffle)\b')
FUNCTION = re.compile(r'^(?!typedef\b|#)[A-Za-z_][\w \*]*?\b(\w+)\(([^;{}]*)\)\s*\n\{\n(.*?)^\}', re.M | re.S)
MACRO = re.compile(r'^#define (\w+)\([^)]*\)((?:.*\\\n)*.*)', re.M)
ORDERED = {'GEN_MAKE'}
FOLDERS = ('tests/generate/', 'tests/prop/', 'tests/diff/', 'tests/fuzz/', 'tests/wasm/')
LITERAL = re.compile(r'(?:[=,({]|\(\s*[A-Z]\w*(?:\s*\[\w*\])?\s*\)|\(\s*\w+\s*\[\w*\]\s*\)|\breturn)\s*$')


def bodies(text):
    return [(m.group(1), m.group(3), m.start(3)) for m in FUNCTION.finditer(text)]


def macros(text):
    return [(m.group(1), m.group(2), m.start(2)) for m in MACRO.finditer(text) if m.group(1) not in ORDERED]


def drawing(texts):
    """Names of the functions and macros of one program that draw, by the calls they make."""
    known, all_bodies = set(), [b for text in texts for b in bodies(text) + macros(text)]
    while True:
        calls = re.compile(r'\b(?:%s)\s*\(' % '|'.join(sorted(known))) if known else None
        more = {name for name, body, _ in all_bodies
                if name not in known and (FIRST.search(body) or calls and calls.search(body))}
        if not more: return known
        known |= more


def pieces(body):
    """Marks of a body in order: (offset, kind, text); a kind is open, close, comma, point or end."""
    for m in re.finditer(r'&&|\|\||[(){}\[\],;?:]|\b\w+\b(?=\s*\()', body):
        yield m.start(), m.group()


def unordered(body, is_draw):
    """Offsets of draws that stand beside another one in one list or sum."""
    stack = [{'open': '{', 'name': '', 'seen': False, 'any': False}]
    word = ''
    for at, mark in pieces(body):
        top = stack[-1]
        if mark in '([' or mark == '{' and LITERAL.search(body[:at]):
            stack.append({'open': mark, 'name': word if mark == '(' else '', 'seen': False, 'any': False})
        elif mark == '{':
            stack.append({'open': 'block', 'name': '', 'seen': False, 'any': False})
        elif mark in ')]}':
            inner = stack.pop() if len(stack) > 1 else top
            drew = (inner['any'] or is_draw(inner['name'])) and inner['open'] != 'block'
            top = stack[-1]
            if inner['open'] == 'block': top['seen'] = False
            elif inner['name'] in ('if', 'for', 'while', 'switch'): top['seen'] = False
            elif drew:
                if top['seen']: yield at
                top['seen'] = top['any'] = True
        elif mark in ('&&', '||', '?', ':', ';'):
            top['seen'] = False
        elif mark == ',':
            is_list = top['open'] in '([{' and len(stack) > 1 and top['name'] not in ORDERED
            top['seen'] = is_list and top['any']
        word = mark if mark[0].isalpha() or mark[0] == '_' else ''


def check(path, text, known):
    def is_draw(name): return bool(FIRST.fullmatch(name)) or name in known
    bare = sources.blank(text)
    for _, body, start in bodies(bare):
        for at in unordered(body, is_draw):
            yield f'{path}:{sources.line_of(bare, start + at)}: two draws whose order C leaves open: give them names first'


def lint():
    texts = {p: sources.read(p) for p in sources.tracked('.c') if p.startswith(FOLDERS)}
    shared = drawing([sources.blank(t) for p, t in texts.items() if p.startswith('tests/generate/')])
    found = []
    for path, text in texts.items():
        own = drawing([sources.blank(text)])
        found += check(path, text, own | (shared if path.startswith('tests/generate/') else set()))
    return found


SELF_TEST = [    # body, number of findings
    ('f(rng_below(r, 2), rng_below(r, 9));', 1),
    ('f(rng_below(r, 2), 9);', 0),
    ('int a = rng_below(r, 2), b = rng_below(r, 9);', 0),
    ('x = rng_below(r, 2) - rng_below(r, 9);', 1),
    ('x = rng_chance(r, 2) ? rng_below(r, 9) : rng_below(r, 7);', 0),
    ('f(rng_chance(r, 2) ? 1 : 2, rng_below(r, 9));', 1),
    ('x = rng_chance(r, 2) && rng_chance(r, 9);', 0),
    ('x = rng_below(r, rng_below(r, 9));', 0),
    ('int v[2] = {rng_below(r, 2), rng_below(r, 9)};', 1),
    ('Pair v = (Pair){rng_below(r, 2), rng_below(r, 9)};', 1),
    ('GEN_MAKE(g, rng_below(r, 2), rng_below(r, 9));', 0),
    ('f(g(rng_below(r, 2)), h(rng_below(r, 9)));', 1),
    ('f(draw(r), draw(r));', 1),
    ('f(ANY(r), ANY(r));', 1),
    ('f(FIX(r), ANY(r));', 0),
    ('if (rng_below(r, 2)) {\nx = rng_below(r, 2);\n}\ny = rng_below(r, 2);', 0),
    ('if (rng_below(r, 2)) x = rng_below(r, 2);', 0),
    ('for (i = rng_below(r, 2); i < rng_below(r, 2); i++) f(rng_below(r, 3));', 0),
]


def self_test():
    for body, want in SELF_TEST:
        text = '#define ANY(r) \\\n    rng_below((r), 3)\n#define FIX(r) 4\nstatic int draw(Rng *r)\n{\n    return rng_below(r, 3);\n}\n\nstatic void test(Rng *r)\n{\n%s\n}\n' % body
        got = len(list(check('tests/a.c', text, drawing([text]))))
        if got != want: yield f'{body!r}: {got} findings, expected {want}'


if __name__ == '__main__': sources.main(lint, lambda: list(self_test()))
