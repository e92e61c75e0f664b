#!/usr/bin/env python3
"""documents.py ODX [--bless]: what is said about forms and graphs, byte for byte.

Each documents/CODE_name.json or .odx has a .out beside it: what `odx check` says of a JSON document, and
`odx form` of a text, or `odx graph` where the name has `graph` in it.  CODE stands in the .out; in a near miss, CODE_near.json, it does not.  A near miss is read
whole: it has no error at all."""
import glob
import os
import re
import subprocess
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'documents')
NAME = re.compile(r'(\d{3})_(\w+)\.(json|odx)$')


def says(odx, path):
    name = os.path.basename(path)
    verb = 'check' if name.endswith('.json') else 'graph' if '_graph_' in name else 'form'
    done = subprocess.run([odx, verb, '--color', 'never', name], cwd=FOLDER,
                          capture_output=True, text=True, timeout=60)
    shown = done.stdout if name.endswith('.json') else done.stderr
    return shown + f'[{done.returncode}]\n', done.returncode


def mistakes(odx, path, is_bless):
    code, name, _ = NAME.search(path).groups()
    got, status = says(odx, path)
    out = path.rpartition('.')[0] + '.out'
    if is_bless:
        with open(out, 'w', encoding='utf-8') as f: f.write(got)
    want = open(out, encoding='utf-8').read() if os.path.exists(out) else '(no such file)'
    if got != want: yield f'{os.path.basename(out)} says\n{want}but it is\n{got}'
    is_near, is_said = name.endswith('near'), f'[ODX{code}]' in got
    if is_near and (is_said or status): yield f'{os.path.basename(path)}: a near miss, but\n{got}'
    if not is_near and not is_said: yield f'{os.path.basename(path)}: no ODX{code} in\n{got}'


def main():
    odx, is_bless = os.path.abspath(sys.argv[1]), '--bless' in sys.argv
    paths = sorted(p for p in glob.glob(os.path.join(FOLDER, '*')) if NAME.search(p))
    bad = [list(mistakes(odx, path, is_bless)) for path in paths]
    for text in (t for b in bad for t in b): print(text)
    failed = sum(map(bool, bad))
    print(f'{len(paths) - failed} passed, {failed} failed')
    return 1 if failed or not paths else 0


if __name__ == '__main__':
    sys.exit(main())
