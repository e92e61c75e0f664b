#!/usr/bin/env python3
"""backtests.py ODX [--bless]: examples over real recorded books, held against backtests.csv.

A row is an example, its data and its options; what came out stands behind: counts, money, and the hashes of data,
strategy and result.  Each row has at least 30 trades.  Skipped, with a line that says so, where the recordings of
../shared are absent."""
import csv
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(os.path.join(ROOT, '../..'))
REAL = os.path.join(TOP, '../shared/data/real')
TABLE = os.path.join(ROOT, 'backtests.csv')
ASKED = ['example', 'data', 'options']
FOUND = ['ticks', 'slots', 'orders_sent', 'fills', 'total_trades', 'open_trades', 'win_rate', 'pnl_micros', 'fees_micros',
         'max_drawdown', 'tape_sha256', 'image_sha256', 'result_sha256']
LEAST, SKIPPED = 30, 77


def backtest(odx, row, folder):
    """What the row's columns are today, or a sentence."""
    path = os.path.join(folder, 'result.json')
    command = [odx, 'backtest', f"{TOP}/examples/{row['example']}.odx", '--data', f"{REAL}/{row['data']}", '--quiet', '--json', path]
    env = dict(os.environ, XDG_STATE_HOME=folder)
    done = subprocess.run(command + row['options'].split(), capture_output=True, text=True, timeout=60, env=env)
    if done.returncode: return f'exit {done.returncode}: {done.stderr.strip()}'
    with open(path, encoding='utf-8') as f: result = json.load(f)
    if not result['is_balanced']: return 'its books do not balance'
    if result['total_trades'] < LEAST: return f"{result['total_trades']} trades; a row needs {LEAST}"
    return dict({name: row[name] for name in ASKED}, **{name: json.dumps(result[name]).strip('"') for name in FOUND})


def main():
    odx, bless = os.path.abspath(sys.argv[1]), '--bless' in sys.argv
    with open(TABLE, encoding='utf-8', newline='') as f: rows = list(csv.DictReader(f))
    if not os.path.isdir(REAL):
        print(f'skipped {len(rows)} backtests: the recorded books of ../shared are not here')
        return SKIPPED
    now, failed = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            got = backtest(odx, row, folder)
            words = [got] if isinstance(got, str) else [f'{n}: {got[n]}, the table says {row[n]}' for n in FOUND if got[n] != row[n]]
            for word in words: print(f"{row['example']} on {row['data']} {row['options']}: {word}")
            failed += bool(words)
            now.append(row if isinstance(got, str) else got)
    if bless:
        with open(TABLE, 'w', encoding='utf-8', newline='') as f:
            out = csv.DictWriter(f, ASKED + FOUND, lineterminator='\n')
            out.writeheader()
            out.writerows(now)
    print(f'{len(rows) - failed} passed, {failed} failed')
    return 1 if failed and not bless else 0


if __name__ == '__main__': sys.exit(main())
