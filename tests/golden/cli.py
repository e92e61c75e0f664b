#!/usr/bin/env python3
"""cli.py ODX [--bless] TRANSCRIPT|FOLDER...: runs the commands of transcripts and compares what comes out.

A transcript is a text file: `$ COMMAND` lines, each followed by what it writes.  Standard output stands as
it is, lines of standard error behind `! `, an exit status other than 0 as `[N]`; lines that begin with `% ` are
comments.  Commands run in a fresh
copy of tests/golden/cli/files; `odx` is the program under test, $REAL the real recorded ticks.  A
transcript whose first line is `% real` is skipped, with a line that says so, where those are absent."""
import difflib
import glob
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__))
REAL = os.path.abspath(os.path.join(ROOT, '../../../shared/data/real'))


def run(command, folder, odx):
    env = dict(os.environ, PATH=os.path.dirname(odx) + ':' + os.environ['PATH'], REAL=REAL, TERM='dumb', LC_ALL='C',
               XDG_STATE_HOME=os.path.join(folder, '../state'))
    for name in ('GITHUB_STEP_SUMMARY', 'CLICOLOR_FORCE', 'NO_COLOR'):
        env.pop(name, None)
    done = subprocess.run(['bash', '-c', command], cwd=folder, env=env, capture_output=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    text = done.stdout.decode(errors='replace')
    if text and not text.endswith('\n'):
        text += '\n'
    text = text.replace(REAL, '$REAL')
    for line in done.stderr.decode(errors='replace').replace(REAL, '$REAL').splitlines():
        text += '! ' + line + '\n'
    return text + (f'[{done.returncode}]\n' if done.returncode else '')


def transcript(path, odx):
    """The same file as it would be if everything were expected."""
    out = ''
    with tempfile.TemporaryDirectory() as parent:
        folder = os.path.join(parent, 'files')
        shutil.copytree(os.path.join(ROOT, 'cli/files'), folder)
        for line in open(path, encoding='utf-8').read().splitlines():
            if line.startswith('$ '):
                out += line + '\n' + run(line[2:], folder, odx)
            elif line.startswith('% '):
                out += line + '\n'
    return out


def transcripts(paths):
    """All of a folder, so that none is forgotten."""
    return [p for path in paths for p in (sorted(glob.glob(path + '/*.txt')) if os.path.isdir(path) else [path])]


def main():
    odx, args = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed = passed = skipped = 0
    for path in transcripts([a for a in args if a != '--bless']):
        want = open(path, encoding='utf-8').read()
        if want.startswith('% real') and not os.path.isdir(REAL):
            print(f'skipped {os.path.basename(path)}: the recorded ticks of ../shared are not here')
            skipped += 1
            continue
        got = transcript(path, odx)
        if got == want:
            passed += 1
            continue
        failed += 1
        if '--bless' in args:
            open(path, 'w', encoding='utf-8').write(got)
        sys.stdout.writelines(difflib.unified_diff(want.splitlines(True), got.splitlines(True), path, 'what happens'))
    print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
    return 1 if failed and '--bless' not in args else 0


if __name__ == '__main__':
    sys.exit(main())
