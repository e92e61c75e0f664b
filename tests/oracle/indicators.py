#!/usr/bin/env python3
"""indicators.py ODX SOURCE_ROOT BUILD_ROOT: our indicators beside TA-Lib's (npm talib-web) on random series.

Writes ticks, runs `odx run --shows`, runs indicators.mjs over the same series, compares: equal within 1e-12
relative where language 3.5 says they are the same, and different exactly where it says so (a flat RSI is
unknown here and 0 there).  TA-Lib's deviation subtracts large squares and is good to some 9 digits only, so stdev
is held against exact arithmetic instead.  Skips with a line when node or npm is absent."""
import csv
import json
import os
import random
import subprocess
import sys
from decimal import Decimal, getcontext

odx, source, build = sys.argv[1:4]
here = os.path.join(source, 'tests', 'oracle')
sys.path.append(os.path.join(source, 'tests', 'harness'))
import npm
work = os.path.join(build, 'oracle')
ROUNDS, LENGTH = 6, 700
getcontext().prec = 40


def series(seed):
    """A random walk with stretches on which nothing moves."""
    rng, x, xs = random.Random(seed), 0.5, []
    while len(xs) < LENGTH:
        flat = rng.random() < 0.03
        for _ in range(rng.randint(20, 40) if flat else 1):
            xs.append(x)
        x = min(0.95, max(0.05, x + rng.gauss(0, 0.01)))
    return xs[:LENGTH]


def ours(seed, xs):
    ticks, shows = os.path.join(work, f't{seed}.csv'), os.path.join(work, f's{seed}.csv')
    with open(ticks, 'w') as f:
        f.write('captured_at_ms,slot_ts,slot_duration,chainlink_price\n')
        for i, x in enumerate(xs):
            f.write(f'{1767225600000 + i * 1000},1767225600,86400,{x!r}\n')
    subprocess.run([odx, 'run', os.path.join(here, 'indicators.odx'), '--ticks', ticks, '--shows', shows],
                   check=True, stderr=subprocess.DEVNULL)
    with open(shows) as f:
        return list(csv.DictReader(f))


def theirs(xs):
    out = subprocess.run(['node', os.path.join(here, 'indicators.mjs'), work], input=json.dumps(xs),
                         capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def exact_stdev(xs, n):
    """Population deviation of the last n values, to 40 digits."""
    out = [None] * (n - 1)
    for i in range(n - 1, len(xs)):
        window = [Decimal(x) for x in xs[i - n + 1:i + 1]]
        mean = sum(window) / n
        out.append(float((sum((x - mean) ** 2 for x in window) / n).sqrt()))
    return out


passed = failed = flat_differences = 0


def compare(name, i, a, b, is_flat):
    """a: our cell; b: TA-Lib's value or None before its first."""
    global passed, failed, flat_differences
    if is_flat:
        ok = a == '' and b == 0
        flat_differences += ok
    elif b is None or a == '':
        ok = b is None and a == ''
    else:
        ok = abs(float(a) - b) <= 1e-12 * max(abs(b), 1e-3)
    passed += ok
    failed += not ok
    if not ok and failed < 20:
        print(f'{name} at {i}: ours {a or "unknown"}, TA-Lib {b}')


def is_flat_rsi(xs, i, n):
    """U + D is 0 only if nothing has moved since the first value."""
    return i >= n and all(x == xs[0] for x in xs[:i + 1])


npm.install(here, work)
for seed in range(ROUNDS):
    xs = series(seed)
    if seed == ROUNDS - 1:
        xs = [0.97] * 60 + xs[:LENGTH - 60]
    rows, oracle = ours(seed, xs), theirs(xs)
    oracle['stdev20'] = exact_stdev(xs, 20)
    if len(rows) != len(xs):
        print(f'round {seed}: {len(rows)} rows for {len(xs)} ticks')
        failed += 1
        continue
    for name, values in oracle.items():
        n = int(''.join(c for c in name if c.isdigit()))
        for i, b in enumerate(values):
            flat = name.startswith('rsi') and is_flat_rsi(xs, i, n)
            compare(name, i, rows[i][name], b, flat)
if not flat_differences:
    print('no flat window was seen: the difference in RSI is untested')
    failed += 1
print(f'{passed} passed, {failed} failed')
sys.exit(1 if failed else 0)
