#!/usr/bin/env python3
"""refuses.py PROGRAM...: with a file that is not there, does not compile or has no market, a comparison fails."""
import subprocess, sys

CASES = (('examples/absent.odx', 'No such file'), ('examples/shared/skew.odx', 'does not compile'),
         ('examples/shadow.odx', 'nothing was run'))


def refuses(program, path, words):
    done = subprocess.run([program, '--count', '2', '--file', path], capture_output=True, text=True)
    ok = done.returncode == 1 and done.stdout.startswith(path) and words in done.stdout
    if not ok: print(f'{program} {path}: exit {done.returncode}\n{done.stdout}')
    return ok


results = [refuses(program, *case) for program in sys.argv[1:] for case in CASES]
print(f'{sum(results)} passed, {len(results) - sum(results)} failed')
sys.exit(not results or not all(results))
