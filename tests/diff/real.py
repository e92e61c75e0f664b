#!/usr/bin/env python3
"""real.py DRIVERS SWEEPS LANES EXAMPLES [--full]: recorded books through every driver of the engine.

Generated strategies and the examples of one market, tick by tick, in columns (restarted from snapshots at random
events), many wallets live, and swept.  A window of each recording; with --full all of each.  Skipped, with a line
that says so, where the recordings of ../shared are absent."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
REAL = os.path.abspath(os.path.join(ROOT, '../../../shared/data/real'))
BOOKS = ['polymarket_btc5m_cronosvirus00', 'polymarket_btc15m_borisz42', 'kalshi_crypto15m_kapelame', 'kalshi_crypto15m_johnnygod',
         'btc_binance_chainlink_herbalclaw']
SLOTS = ['heavy_side', 'late_leader', 'late_mover', 'long_shot', 'rebound', 'slot_trend', 'snap_back', 'spread_keeper']
SKIPPED = 77


def main():
    drivers, sweeps, lanes, examples = sys.argv[1:5]
    full = '--full' in sys.argv
    if not os.path.isdir(REAL):
        print('skipped: the recorded books of ../shared are not here')
        return SKIPPED
    passed = failed = 0
    for book in BOOKS:
        ticks = ['--ticks', os.path.join(REAL, book + '.csv.gz'), '--events', '1000000000' if full else '1500']
        runs = [[tool, '--count', count, *ticks] for tool, count in
                ((drivers, '200' if full else '12'), (sweeps, '200' if full else '12'), (lanes, '40' if full else '4'))]
        runs += [[drivers, '--count', '1', '--file', os.path.join(examples, name + '.odx'), *ticks] for name in SLOTS if full or name < 'm']
        for run in runs:
            done = subprocess.run(run, capture_output=True, text=True, timeout=7200 if full else 120)
            passed += done.returncode == 0
            failed += done.returncode != 0
            if done.returncode: print(' '.join(run), done.stdout[-2000:], done.stderr[-500:], sep='\n')
            elif full: print(f'{os.path.basename(run[0])} on {book}: {done.stdout.splitlines()[-1 if run[0] == lanes else 0]}', flush=True)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__': sys.exit(main())
