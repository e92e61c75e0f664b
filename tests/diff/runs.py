"""`odx run` by both drivers: what it prints about the sample must be the same, for all examples.

usage: runs.py ODX EXAMPLES
"""
import glob
import os
import subprocess
import sys


def run(odx, file, ticks, *more):
    done = subprocess.run([odx, 'run', file, '--ticks', ticks, *more], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def main():
    odx, examples = sys.argv[1:3]
    ticks = os.path.join(examples, 'ticks', 'sample_5m.csv')
    orders = failed = 0
    for file in sorted(glob.glob(os.path.join(examples, '*.odx'))):
        for more in ([], ['--limit', '1501']):
            want = run(odx, file, ticks, *more)
            orders += want[1].count('"order"')
            if run(odx, file, ticks, '--driver', 'columns', *more) == want: continue
            failed += 1
            print(f'{os.path.basename(file)} {more}: the drivers part')
    for words, say in ((['live'], 'many wallets'), (['columns', '--shows', 'x.csv'], 'each tick'), (['fast'], 'there are')):
        code, _, err = run(odx, os.path.join(examples, 'trend.odx'), ticks, '--driver', *words)
        if code == 2 and say in err: continue
        failed += 1
        print(f'--driver {words}: {code} {err}')
    print(f'{orders} orders, {failed} failed')
    return 1 if failed or not orders else 0


if __name__ == '__main__':
    sys.exit(main())
