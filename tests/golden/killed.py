#!/usr/bin/env python3
"""killed.py ODX DYING [--random N [SEED]]: sweeps, a backtest and an import, killed while they work.

Without --random: sweeps on 1, 2 and 4 threads, and everything killed at the steps of its work on the disk by DYING,
which is the same program killed by itself at a chosen step.  With --random: ODX killed from outside, N times at a
random moment.  What is done afterwards ends with the same files as work that nobody disturbed, and no file is ever
half a file; notes about the ledger of trials may differ."""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

STRATEGY = '''odx 1
strategy "killed"
market m = polymarket "btc-updown-5m"
param lead = 60c in 55c .. 70c step 5c
param wait = 20s in 10s .. 90s step 10s
when up.mid > lead and slot.elapsed > wait { buy $20 of up at market within 3c }
risk { max trades 2 per slot hold to resolution }
'''
SWEEP = ['sweep', '../s.odx', '--data', '../ticks.csv', '--resume', 'cells', '--json', 'sweep.json', '--quiet']
WAYS = {
    'grid': SWEEP + ['--param', 'lead'],
    'random': SWEEP + ['--random', '5'],
    'refine': SWEEP + ['--refine', '--param', 'lead=55c..70c step 0.05c', '--by', 'pnl', '--fill', 'instant'],
    'instant': SWEEP + ['--param', 'lead', '--fill', 'instant'],
    'backtest': ['backtest', '../s.odx', '--data', '../ticks.csv', '--quiet', '--json', 'r.json', '--html', 'r.html',
                 '--trades', 'r.csv'],
    'import': ['import', '../ticks.csv', '-o', 'tapes'],
    'export': ['export', '../made', '--labels', '-o', 'out.csv'],
}
WHOLE = ('.json', '.html', '.csv')  # whole or not there, at any moment
NOTES = rb'"notes":"[^"]*"|<p class="note">[^<]*</p>\n'
STRIDES = {'refine': 4}  # several rounds, each with a file of its own: not at every step
STEPS_MAX = 400


def left_in(home):
    """Every file below it but the ledger, by name; without what may differ."""
    left = {}
    for folder, _, names in os.walk(home):
        for name in names:
            path = os.path.join(folder, name)
            key = os.path.relpath(path, home)
            if not key.startswith('state'):
                left[key] = re.sub(NOTES, b'', open(path, 'rb').read())
    return left


def start(program, folder, name, way, dies_at=None, threads=1):
    """In a folder of its own below `folder`."""
    home = os.path.join(folder, name)
    os.makedirs(home, exist_ok=True)
    env = dict(os.environ, XDG_STATE_HOME=os.path.join(home, 'state'))
    env.pop('ODX_DIES_AT', None)
    if dies_at:
        env['ODX_DIES_AT'] = str(dies_at)
    words = WAYS[way] + (['--threads', str(threads)] if WAYS[way][0] == 'sweep' else [])
    return subprocess.Popen([program] + words, cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def finish(work, folder, name, what):
    """What it leaves; None when it was killed."""
    said = work.communicate(timeout=60)[0].decode()
    if work.returncode == -9:
        return None
    if work.returncode:
        sys.exit(f'{what}: exit {work.returncode}: {said}')
    return left_in(os.path.join(folder, name))


def do(program, folder, name, way, **how):
    return finish(start(program, folder, name, way, **how), folder, name, f'{way}, {name}')


def compare(want, got, what):
    if want == got:
        return 0
    for name in sorted(set(want) | set(got)):
        if want.get(name) != got.get(name):
            print(f'{what}: {name} differs')
    return 1


def go_on(odx, folder, name, way, want, what):
    """After a death: 1 when a file is half of one, or when what comes of doing it again is not `want`."""
    found = left_in(os.path.join(folder, name))
    half = [f for f in found if f in want and f.endswith(WHOLE) and found[f] != want[f]]
    for f in half:
        print(f'{what}: {f} is not whole')
    differs = compare(want, do(odx, folder, name, way), what)
    shutil.rmtree(os.path.join(folder, name))
    return 1 if half or differs else 0


def kill(odx, dying, folder, way, want):
    """Deaths, and how many of them left something that differs."""
    failed = deaths = 0
    for step in range(1, STEPS_MAX, STRIDES.get(way, 1)):
        name = f'{way}-{step}'
        if do(dying, folder, name, way, dies_at=step) is not None:
            return deaths, failed
        deaths += 1
        failed += go_on(odx, folder, name, way, want, f'{way}, killed at step {step}')
    sys.exit(f'{way}: it never came to an end')


def kill_at_random(odx, folder, wants, count, seed):
    """Deaths of `count` tries, and failures; a try may be over before its moment comes."""
    rng, failed, deaths, long = random.Random(seed), 0, 0, {}
    for way in WAYS:
        began = time.monotonic()
        do(odx, folder, 'timed', way)
        long[way] = time.monotonic() - began
        shutil.rmtree(os.path.join(folder, 'timed'))
    while deaths < count:
        way = rng.choice(list(WAYS))
        work = start(odx, folder, 'moment', way)
        time.sleep(rng.uniform(0, long[way]))
        work.kill()
        died = finish(work, folder, 'moment', way) is None
        deaths += died
        failed += go_on(odx, folder, 'moment', way, wants[way], f'{way}, random death {deaths}')
    return deaths, failed


def prepare(odx, folder):
    with open(os.path.join(folder, 's.odx'), 'w', encoding='utf-8') as f:
        f.write(STRATEGY)
    made = ['synth', '--stream', 'polymarket:btc:5m', '--slots', '6', '--from', '2026-07-01', '-o', 'made']
    subprocess.run([odx] + made, cwd=folder, check=True, capture_output=True)
    subprocess.run([odx, 'export', 'made', '--labels', '-o', 'ticks.csv'], cwd=folder, check=True, capture_output=True)


def on_threads(odx, folder, way, want):
    failed = 0
    cells = json.loads(want['sweep.json'].replace(b',,', b','))['cells']
    if len(cells) < 4 or (way == 'refine' and 'cells.1' not in want):
        sys.exit(f'{way}: too few cells, or rounds, to hold of anything')
    for threads in (2, 4):
        failed += compare(want, do(odx, folder, 'threads', way, threads=threads), f'{way} on {threads} threads')
        shutil.rmtree(os.path.join(folder, 'threads'))
    return failed


def main():
    odx, dying = (os.path.abspath(a) for a in sys.argv[1:3])
    failed = deaths = 0
    with tempfile.TemporaryDirectory() as folder:
        prepare(odx, folder)
        wants = {way: do(odx, folder, way, way) for way in WAYS}
        if sys.argv[3:4] == ['--random']:
            deaths, failed = kill_at_random(odx, folder, wants, int(sys.argv[4]), int((sys.argv[5:] or ['1'])[0]))
            print(f'{deaths} deaths at random moments, {failed} failed')
            return 1 if failed else 0
        for way, want in wants.items():
            if 'sweep.json' in want:
                failed += on_threads(odx, folder, way, want)
            died, differ = kill(odx, dying, folder, way, want)
            print(f'{way}: {died} deaths')
            deaths += died
            failed += differ
    print(f'{deaths} deaths, {failed} failed')
    return 1 if failed or deaths < 4 * len(WAYS) else 0


if __name__ == '__main__':
    sys.exit(main())
