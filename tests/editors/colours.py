#!/usr/bin/env python3
"""colours.py LEXEMES SOURCE_ROOT BUILD_ROOT: editors colour a text as the compiler's scanner cuts it.

Every lexeme of every example, module and parser test (LEXEMES prints them) must have one colour from its begin to its end, of
the class of its kind, from the TextMate grammar and from the CodeMirror mode.  Skips with a line when node or npm is absent."""
import glob
import json
import os
import shutil
import subprocess
import sys

scanner, source, build = sys.argv[1:4]
here = os.path.join(source, 'tests', 'editors')
sys.path.append(os.path.join(source, 'tests', 'harness'))
import npm
work = os.path.join(build, 'editors')
GRAMMAR = os.path.join(source, 'editors/vscode/syntaxes/odx.tmLanguage.json')
# Kind of lexeme -> what its colour begins with, by tokeniser.  Behind a dot every word is a field.
WANTED = {
    'textmate': {
        'comment': ('comment.',), 'string': ('string.',), 'number': ('constant.numeric',),
        'reserved': ('keyword.', 'constant.language', 'variable.other.property'),
        'word': ('variable.', 'keyword.other', 'support.function'),
    },
    'codemirror': {
        'comment': ('lineComment', 'docComment'), 'string': ('string',), 'number': ('number',),
        'reserved': ('definitionKeyword', 'controlKeyword', 'operatorKeyword', 'bool', 'propertyName'),
        'word': ('variableName', 'modifier', 'propertyName'),
    },
}


def install():
    npm.install(here, work)
    for path in ('tests/editors/colours.mjs', 'editors/codemirror/odx.js', 'editors/codemirror/words.js'):
        shutil.copy(os.path.join(source, path), work)


def utf16(data, at):
    return len(data[:at].decode('utf-8', errors='replace').encode('utf-16-le')) // 2


def lexemes(path):
    data = open(path, 'rb').read()
    out = subprocess.run([scanner, path], capture_output=True, check=True, text=True).stdout
    for line in out.splitlines():
        kind, begin, end = line.split()
        text = data[int(begin):int(end)].decode('utf-8', errors='replace')
        if kind == 'comment':  # the scanner keeps a carriage return and blanks at the end of the line
            text = text.rstrip()
        first = utf16(data, int(begin))
        yield kind, first, first + len(text.encode('utf-16-le')) // 2, text


def colour_at(colours, begin, end):
    """The colour of [begin, end), or None when there is none or more than one."""
    inside = {c for b, e, c in colours if b < end and e > begin}
    covered = sum(min(e, end) - max(b, begin) for b, e, c in colours if b < end and e > begin)
    return inside.pop() if len(inside) == 1 and covered == end - begin else None


def check(path, colours):
    passed = failed = 0
    for kind, begin, end, text in lexemes(path):
        for tool, wanted in WANTED.items():
            got = colour_at(colours[tool], begin, end)
            if got and got.startswith(wanted[kind]):
                passed += 1
                continue
            failed += 1
            if failed < 10:
                print(f'{os.path.relpath(path, source)}: {tool} gives {got} to the {kind} {text!r}')
    return passed, failed


def main():
    install()
    files = sorted(glob.glob(f'{source}/examples/**/*.odx', recursive=True) + glob.glob(f'{source}/stdlib/**/*.odx', recursive=True) +
                   glob.glob(f'{source}/tests/golden/fmt/**/*.odx', recursive=True))
    done = subprocess.run(['node', 'colours.mjs', GRAMMAR, *files], cwd=work, capture_output=True)
    if done.returncode:
        print(done.stderr.decode(errors='replace'))
        print('0 passed, 1 failed')
        return 1
    colours = json.loads(done.stdout)
    counts = [check(path, colours[path]) for path in files]
    passed, failed = sum(p for p, _ in counts), sum(f for _, f in counts)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
