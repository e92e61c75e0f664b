"""sources.py — what all lints share: the tracked files, C without comments, and how a lint reports.

A lint is a script with `lint(root) -> findings` and `self_test() -> complaints`.  main() runs the
self-test first: a lint that cannot fail is itself a finding.  A finding is one line of text that
begins with the place.
"""
import os, re, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def tracked(*endings):
    """Paths of the tracked and the new, not ignored, files with these endings, sorted."""
    if os.path.isdir(os.path.join(ROOT, '.git')) or os.path.isfile(os.path.join(ROOT, '.git')):
        out = subprocess.check_output(
            ['git', '-C', ROOT, 'ls-files', '--cached', '--others', '--exclude-standard', '-z'], text=True)
        paths = out.split('\0')
    else:    # an unpacked archive
        paths = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, names in os.walk(ROOT) for name in names
                 if not os.path.relpath(folder, ROOT).startswith('build')]
    return sorted(p for p in set(paths)
                  if p.endswith(endings) and os.path.isfile(os.path.join(ROOT, p)))


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as f: return f.read()


def blank(text, keep_strings=False):
    """C text without comments (and without what stands in strings); lines keep their numbers."""
    def replace(match):
        t = match.group()
        if t[0] == '/': return ' ' + '\n' * t.count('\n')
        return t if keep_strings else t[0] * 2
    return COMMENT_OR_STRING.sub(replace, text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


def floors():
    """runtime/floors.txt as {'pure': [...], 'floor': {room: n}, 'door': [globs], 'private': [paths],
    'peek': {room: globs}, 'only': {folder: globs}}."""
    data = {'pure': [], 'floor': {}, 'door': [], 'private': [], 'peek': {}, 'only': {}}
    for line in read('runtime/floors.txt').splitlines():
        words = line.split('#')[0].split()
        if not words: continue
        key, rest = words[0], words[1:]
        if key in ('pure', 'door', 'private'): data[key] += rest
        elif key in ('peek', 'only'): data[key].setdefault(rest[0], []).extend(rest[1:])
        elif key.isdigit(): data['floor'].update({room: int(key) for room in rest})
        else: raise SystemExit(f'runtime/floors.txt: cannot read: {line}')
    return data


def is_pure(path, pure_rooms):
    """vm/, compiler/ and the pure rooms of runtime/."""
    parts = path.split('/')
    return parts[0] in ('vm', 'compiler') or (parts[0] == 'runtime' and parts[1] in pure_rooms)


def main(lint, self_test):
    complaints = self_test()
    for text in complaints: print(f'self-test: {text}')
    findings = [] if sys.argv[1:] == ['--self-test'] else lint()
    for text in findings: print(text)
    bad = len(complaints) + len(findings)
    print(f'{0 if bad else 1} passed, {bad} failed')
    sys.exit(1 if bad else 0)
