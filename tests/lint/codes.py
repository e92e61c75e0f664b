#!/usr/bin/env python3
"""codes.py — the catalogue of findings is complete and each code is shown by files (LANGUAGE.md 2.6.1, 9.1).

Every code of the language's table has a row in diag.def and a page in pages.def, and the other way round.
Every code that text can trigger has, among the golden files called `NNN_...` or `CHAPTER_NNN_...`, one that
is marked with it and a near miss (`..._near.odx`) that is not; those of JSON documents have both in
tests/golden/documents, with what is said in a `.out`.  Codes of other rooms stand in ELSEWHERE with
the file that tests them.
"""
import glob, os, re

import sources

FOLDERS = ('check', 'prove', 'parse')
NAME = re.compile(r'^(?:[a-z]+_)?(\d{3})_.*\.odx$')
ROW = re.compile(r'^CODE\((ODX\d{3}),', re.M)
PAGE = re.compile(r'^PAGE\((ODX\d{3}),', re.M)
# The table of the language; codes are not used again once they are given up (108).
TABLE = '1-7 101-107 109-114 201-211 301-312 401-416 501-508 601-612 701-703 801-804 901-909'
# Reported above the compiler, by `odx run` and the test runner; ODX9xx by the verifier, whose rules its own tests name.
ELSEWHERE = {'ODX203': 'tests/golden/cli/run.txt', 'ODX801': 'tests/golden/cli/test.txt', 'ODX804': 'tests/golden/cli/test.txt'}
RULE = re.compile(r'^VERIFY\((\w+), (9\d\d),', re.M)
VERIFIER_TESTS = ('tests/unit/vm/test_verify.c', 'tests/unit/vm/spoils.def')
DOCUMENT = re.compile(r'^(\d{3})_\w+\.(?:json|odx)$')


def table_codes(table):
    for part in table.split():
        first, _, last = part.partition('-')
        yield from (f'ODX{n:03}' for n in range(int(first), int(last) + 1))


def check_catalogue(rows, pages, table):
    for code in sorted(set(rows) | set(pages) | set(table)):
        if code not in rows: yield f'{code}: no row in diag.def'
        if code not in pages: yield f'{code}: no page in pages.def'
        if code not in table: yield f'{code}: not a code of the language'


def check_files(codes, files):
    """files: {base name: text}; a mark is `#~ ODX104 ...`."""
    shown, near = set(), set()
    for name, text in files.items():
        match = NAME.match(name)
        if not match: continue
        code = 'ODX' + match.group(1)
        if code not in codes: yield f'{name}: there is no {code}'
        is_marked = f'#~ {code}' in text
        if name.endswith('near.odx'):
            if is_marked: yield f'{name}: a near miss of {code} is marked with it'
            near.add(code)
        elif is_marked: shown.add(code)
        else: yield f'{name}: nothing is marked with {code}'
    for code in codes:
        if code in ELSEWHERE or code.startswith(('ODX6', 'ODX9')): continue
        if code not in shown: yield f'{code}: no golden file triggers it'
        if code not in near: yield f'{code}: no golden file is a near miss'


def check_documents(codes, files):
    """files: {base name: text} of tests/golden/documents; documents.py compares them with what is said."""
    shown, near = set(), set()
    for name, text in files.items():
        match = DOCUMENT.match(name)
        if not match: continue
        code, out = 'ODX' + match.group(1), files.get(name.rpartition('.')[0] + '.out', '')
        is_near = re.search(r'near\.\w+$', name)
        if f'[{code}]' in out: shown.add(code)
        if (f'[{code}]' in out) == bool(is_near): yield f'{name}: {"is" if is_near else "not"} told as {code}'
        if is_near: near.add(code)
    for code in codes:
        if not code.startswith('ODX6'): continue
        if code not in shown: yield f'{code}: no document triggers it'
        if code not in near: yield f'{code}: no document is a near miss'


def skeleton(text):
    """The constructs: without marks, and without the values of numbers."""
    return re.sub(r'\b\d[\d_.]*', '0', re.sub(r' *#~ ODX[^\n]*', '', text))


def check_constructs(files):
    shown = {}
    for name, text in files.items():
        if NAME.match(name) and not name.endswith('near.odx'):
            shown[NAME.match(name).group(1), skeleton(text)] = name
    for name, text in files.items():
        match = NAME.match(name)
        other = match and name.endswith('near.odx') and shown.get((match.group(1), skeleton(text)))
        if other: yield f'{name}: differs from {other} in numbers only'


def check_elsewhere(codes, read):
    for code, path in ELSEWHERE.items():
        if code not in codes: yield f'{code}: listed in ELSEWHERE, not in the catalogue'
        elif code not in read(path): yield f'{code}: {path} does not speak of it'


def check_verifier(codes, rules, tests):
    named = {f'ODX{number}' for rule, number in RULE.findall(rules) if re.search(rf'\b(\w+_)?{rule}\b', tests)}
    yield from (f'{c}: no test of the verifier names a rule of it' for c in codes
                if c.startswith('ODX9') and c not in named)


def self_test():
    rows, bad = ['ODX104', 'ODX301'], []
    cases = [
        (check_catalogue(rows, rows, rows), 0), (check_catalogue(rows, rows[:1], rows), 1),
        (check_catalogue(rows[:1], rows, rows), 1), (check_catalogue(rows, rows, rows[1:]), 1),
        (check_files(['ODX104'], {'units_104_a.odx': 'x  #~ ODX104 y', '104_near.odx': 'x'}), 0),
        (check_files(['ODX104'], {'units_104_a.odx': 'x  #~ ODX104 y'}), 1),
        (check_files(['ODX104'], {'units_104_near.odx': 'x'}), 1),
        (check_files(['ODX104'], {'104_a.odx': 'x', '104_near.odx': 'x  #~ ODX104'}), 3),
        (check_files([], {'199_a.odx': '#~ ODX199'}), 1),
        (check_constructs({'104_a.odx': 'x < 3  #~ ODX104', '104_near.odx': 'x < 2_0', '104_b_near.odx': 'y < 3'}), 1),
        (check_documents(['ODX601'], {'601_a.json': '', '601_a.out': 'error[ODX601]: x', '601_near.json': '', '601_near.out': ''}), 0),
        (check_documents(['ODX601'], {'601_a.json': '', '601_a.out': '', '601_near.json': '', '601_near.out': '[ODX601]'}), 2),
        (check_documents(['ODX601'], {}), 2),
        (check_verifier(['ODX901', 'ODX902'], 'VERIFY(MAGIC, 901, "x")\nVERIFY(OP, 902, "y")', 'SPOIL(MAGIC, 1)'), 1),
    ]
    for i, (found, want) in enumerate(cases):
        got = list(found)
        if len(got) != want: bad.append(f'case {i}: {got}')
    if list(table_codes('1-2 901-902')) != ['ODX001', 'ODX002', 'ODX901', 'ODX902']:
        bad.append('table_codes')
    return bad


def lint():
    read = sources.read
    rows = ROW.findall(read('compiler/diag/diag.def'))
    bad = list(check_catalogue(rows, PAGE.findall(read('compiler/diag/pages.def')), list(table_codes(TABLE))))
    files = {}
    for folder in FOLDERS:
        for path in sorted(glob.glob(os.path.join(sources.ROOT, 'tests/golden', folder, '*.odx'))):
            with open(path, encoding='utf-8', errors='replace') as f: files[os.path.basename(path)] = f.read()
    documents = {}
    for path in glob.glob(os.path.join(sources.ROOT, 'tests/golden/documents/*')):
        with open(path, encoding='utf-8', errors='replace') as f: documents[os.path.basename(path)] = f.read()
    bad += list(check_documents(rows, documents))
    return bad + list(check_files(rows, files)) + list(check_constructs(files)) + list(check_elsewhere(rows, read)) + list(
        check_verifier(rows, read('vm/verify.def'), ' '.join(map(read, VERIFIER_TESTS))))


if __name__ == '__main__':
    sources.main(lint, self_test)
