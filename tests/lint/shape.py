#!/usr/bin/env python3
"""shape.py [--table] — functions stay small and files stay readable, by the numbers of the house.

For vm/, compiler/ and runtime/ together: the median function has at most 14 lines, nine in ten at most
45, at most 1.5 % more than 100 (dispatch loops), at most 5 % of the static functions are called once and
take more than six arguments; no file has more than 1,200 lines.  --table prints the numbers by room."""
import re, sys

import sources

MEDIAN, P90, LONG, LONG_PERCENT, FILE_LINES, WIDE, WIDE_PERCENT = 14, 45, 100, 1.5, 1200, 6, 5.0
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.M)


def functions(text):
    """(name, lines, parameters, is_static) of each function body at depth 0."""
    text = DIRECTIVE.sub(lambda m: '\n' * m.group().count('\n'), sources.blank(text))
    depth, line, head, start = 0, 1, '', 0
    for c in text:
        line += c == '\n'
        if c == '{':
            if depth == 0: start, found = line, re.search(r'(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$', head.split(';')[-1])
            depth += 1
        elif c == '}':
            depth = max(0, depth - 1)
            if depth == 0:
                if found:
                    is_static = bool(re.search(r'\bstatic\b', head.split(';')[-1]))
                    yield found.group(1), line - start + 1, found.group(2).count(',') + 1, is_static
                head = ''
        elif depth == 0: head += c


def pick(numbers, share): return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * share))]


def measure(files):
    """files: {path: text}. Rows (path, name, lines, is_wide_once) of all functions."""
    rows = []
    for path, text in files.items():
        bare = sources.blank(text)
        for name, lines, parameters, is_static in functions(text):
            once = len(re.findall(rf'\b{name}\b', bare)) == 2    # its definition and one call
            rows.append((path, name, lines, is_static, is_static and once and parameters > WIDE))
    return rows


def check(files):
    rows = measure(files)
    findings = [f'{path}: {text.count(chr(10))} lines, at most {FILE_LINES}'
                for path, text in files.items() if text.count('\n') > FILE_LINES]
    if not rows: return findings
    lengths = [row[2] for row in rows]
    long = [row for row in rows if row[2] > LONG]
    static, wide = [row for row in rows if row[3]], [row for row in rows if row[4]]
    if pick(lengths, .5) > MEDIAN: findings.append(f'median function: {pick(lengths, .5)} lines, at most {MEDIAN}')
    if pick(lengths, .9) > P90: findings.append(f'nine in ten functions: {pick(lengths, .9)} lines, at most {P90}')
    if 100 * len(long) > LONG_PERCENT * len(rows):
        findings += [f'{row[0]}: {row[1]}: {row[2]} lines, too many such functions' for row in long]
    if static and 100 * len(wide) > WIDE_PERCENT * len(static):
        findings += [f'{row[0]}: {row[1]}: called once, more than {WIDE} arguments' for row in wide]
    return findings


def product():
    return {path: sources.read(path) for path in sources.tracked('.c', '.h')
            if path.startswith(('vm/', 'compiler/', 'runtime/'))}


def print_table(files):
    rooms = sorted({'/'.join(path.split('/')[:-1]) for path in files})
    print(f"{'room':<20}{'files':>6}{'lines':>8}{'longest':>8}{'functions':>10}{'median':>7}{'p90':>5}{'max':>5}")
    for room in rooms + ['all']:
        mine = {p: t for p, t in files.items() if room == 'all' or '/'.join(p.split('/')[:-1]) == room}
        sizes, lengths = [t.count('\n') for t in mine.values()], [r[2] for r in measure(mine)] or [0]
        print(f'{room:<20}{len(mine):>6}{sum(sizes):>8}{max(sizes):>8}{len(lengths):>10}'
              f'{pick(lengths, .5):>7}{pick(lengths, .9):>5}{max(lengths):>5}')


def function(name, lines, parameters='void'):
    return f'static int {name}({parameters})\n{{' + '\n' * (lines - 1) + '}\n'


def self_test():
    many = ', '.join(f'int a{i}' for i in range(7))
    cases = [({'a.c': function('f', 10)}, 0), ({'a.c': function('f', 20)}, 1),
             ({'a.c': 'int x;\n' * 1201}, 1), ({'a.c': function('f', 101) + function('g', 5) * 9}, 2),
             ({'a.c': function('f', 5, many) + 'int y = f(1);\n'}, 1),
             ({'a.c': function('f', 5, many) + 'int y = f(1) + f(2);\n'}, 0),
             ({'a.c': '#define M(x) {\\\n }\n' + function('f', 14)}, 0)]
    return [f'{str(files)[:60]}...: {check(files)}, expected {want} findings' for files, want in cases
            if len(check(files)) != want]


if __name__ == '__main__':
    if sys.argv[1:] == ['--table']: print_table(product())
    else: sources.main(lambda: check(product()), self_test)
