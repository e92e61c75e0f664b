#!/usr/bin/env python3
"""sweep_killed.py ODX DYING: sweeps on 1, 2 and 4 threads, and killed at the steps of their work on the disk.

DYING is the same program, killed by itself at a chosen step.  What is resumed afterwards ends with the same JSON and
the same resume files as a sweep that nobody disturbed; of the JSON, notes about the ledger of trials may differ."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

STRATEGY = '''odx 1
strategy "killed"
market m = polymarket "btc-updown-5m"
param lead = 60c in 55c .. 70c step 5c
param wait = 20s in 10s .. 90s step 10s
when up.mid > lead and slot.elapsed > wait { buy $20 of up at market within 3c }
risk { max trades 2 per slot hold to resolution }
'''
WAYS = {
    'grid': ['--param', 'lead'],
    'random': ['--random', '5'],
    'refine': ['--refine', '--param', 'lead=55c..70c step 0.05c', '--by', 'pnl', '--fill', 'instant'],
    'instant': ['--param', 'lead', '--fill', 'instant'],
}
STRIDES = {'refine': 4}  # several rounds, each with a file of its own: not at every step
STEPS_MAX = 400


def sweep(program, folder, name, way, dies_at=None, threads=1):
    """In a folder of its own below `folder`; what it leaves there, by name, or None when it died."""
    home = os.path.join(folder, name)
    os.makedirs(home, exist_ok=True)
    env = dict(os.environ, XDG_STATE_HOME=os.path.join(home, 'state'))
    env.pop('ODX_DIES_AT', None)
    if dies_at:
        env['ODX_DIES_AT'] = str(dies_at)
    done = subprocess.run([program, 'sweep', os.path.join(folder, 's.odx'), '--data', os.path.join(folder, 'ticks.csv'),
                           '--threads', str(threads), '--resume', 'cells', '--json', 'sweep.json', '--quiet'] + WAYS[way],
                          cwd=home, env=env, capture_output=True, timeout=60)
    if dies_at and done.returncode == -9:
        return None
    if done.returncode:
        sys.exit(f'{way}, {name}: exit {done.returncode}: {done.stderr.decode()}')
    left = {f: open(os.path.join(home, f), 'rb').read() for f in sorted(os.listdir(home)) if f.startswith('cells')}
    left['sweep.json'] = re.sub(rb'"notes":"[^"]*"', b'', open(os.path.join(home, 'sweep.json'), 'rb').read())
    return left


def compare(want, got, what):
    if want == got:
        return 0
    for name in sorted(set(want) | set(got)):
        if want.get(name) != got.get(name):
            print(f'{what}: {name} differs')
    return 1


def kill(odx, dying, folder, way, want):
    """Deaths, and how many of them left something that differs."""
    failed = deaths = 0
    for step in range(1, STEPS_MAX, STRIDES.get(way, 1)):
        name = f'{way}-{step}'
        if sweep(dying, folder, name, way, dies_at=step) is not None:
            return deaths, failed
        deaths += 1
        failed += compare(want, sweep(odx, folder, name, way), f'{way}, killed at step {step}')
        shutil.rmtree(os.path.join(folder, name))
    sys.exit(f'{way}: it never came to an end')


def main():
    odx, dying = (os.path.abspath(a) for a in sys.argv[1:3])
    failed = deaths = 0
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, 's.odx'), 'w', encoding='utf-8').write(STRATEGY)
        made = ['synth', '--stream', 'polymarket:btc:5m', '--slots', '6', '--from', '2026-07-01', '-o', 'made']
        subprocess.run([odx] + made, cwd=folder, check=True, capture_output=True)
        subprocess.run([odx, 'export', 'made', '--labels', '-o', 'ticks.csv'], cwd=folder, check=True, capture_output=True)
        for way in WAYS:
            want = sweep(odx, folder, way, way)
            if len(json.loads(want['sweep.json'].replace(b',,', b','))['cells']) < 4:
                sys.exit(f'{way}: too few cells to hold of anything')
            if way == 'refine' and 'cells.1' not in want:
                sys.exit('refine: it went no second round')
            for threads in (2, 4):
                failed += compare(want, sweep(odx, folder, f'{way}-threads', way, threads=threads),
                                  f'{way} on {threads} threads')
                shutil.rmtree(os.path.join(folder, f'{way}-threads'))
            died, differ = kill(odx, dying, folder, way, want)
            deaths += died
            failed += differ
    print(f'{deaths} deaths, {failed} failed')
    return 1 if failed or deaths < 4 * len(WAYS) else 0


if __name__ == '__main__':
    sys.exit(main())
