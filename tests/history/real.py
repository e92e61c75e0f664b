#!/usr/bin/env python3
"""real.py ODX: every recording of ../shared/data/real becomes tapes, with the counts that its README.md and
slots_index.csv have; what comes out again is what went in.  Skipped, with a line that says so, where those
are absent."""
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
REAL = os.path.join(ROOT, '../shared/data/real')
ROWS = {    # data/README.md: rows here; slots here where they are counted
    'polymarket_btc5m_cronosvirus00.csv.gz': (25464, 127), 'polymarket_btc5m_cronosvirus00_events.csv.gz': (320246, 127),
    'polymarket_btc15m_borisz42.csv.gz': (55568, 70), 'polymarket_btc15m_wallet_trades_borisz42.csv.gz': (43184, None),
    'polymarket_wallet_activity_hxx344.csv.gz': (1790, None), 'polymarket_btc5m_outcomes_felixdoteth.csv.gz': (11120, 11120),
    'kalshi_crypto15m_johnnygod.csv.gz': (39891, 532), 'kalshi_crypto15m_kapelame.csv.gz': (6322, 16),
    'btc_binance_chainlink_herbalclaw.csv.gz': (3823, None), 'btcusdt_1m_schenkmanjack.csv.gz': (1899, None),
    'btcusdt_1m_flox.csv.gz': (1800, None),
}
# What a tick keeps, by the names of the recordings, and how many decimals of it.
BOOK = [f'{side}{level}_{what}{token}' for side in ('bid', 'ask') for level in ('', '2', '3') for what in ('', 'size_')
        for token in ('up', 'down')]
EXPORTED = {'2': '_l2', '3': '_l3', '': ''}
checks = {'passed': 0, 'failed': 0}


def check(ok, says):
    checks['passed' if ok else 'failed'] += 1
    if not ok: print('failed:', says)


def odx(program, *args):
    done = subprocess.run([program, *args], capture_output=True, text=True, timeout=300, check=False)
    check(done.returncode == 0, f'{args}: exit {done.returncode}: {done.stderr[-300:]}')
    return done.stdout


def slots_of(folder, report):
    """Rows and winner of each (symbol, slot) of a recording, out of its slots files."""
    slots = {}
    for stream in report['streams']:
        venue, asset, length = (stream['name'].split(':') + [''])[:3]
        path = os.path.join(folder, venue, f'{asset}-{length}', f"slots.{report['key']}.csv")
        if not os.path.exists(path): continue
        for row in csv.DictReader(open(path, encoding='utf-8')):
            slots[asset.upper(), row['slot_ts']] = (int(row['ticks']) + int(row['outside']), row['winner'], row)
    return slots


def check_index(name, slots):
    wanted = {(r['symbol'], r['slot_ts']): r for r in csv.DictReader(open(os.path.join(REAL, 'slots_index.csv'), encoding='utf-8'))
              if r['file'] == name}
    if not wanted: return
    check(set(wanted) == set(slots), f'{name}: other slots than slots_index.csv')
    for key, row in wanted.items():
        rows, winner, found = slots.get(key, (0, None, {}))
        check(rows == int(row['rows']), f"{name} {key}: {rows} rows, slots_index.csv has {row['rows']}")
        check(winner == row['winner'], f"{name} {key}: winner {winner}, slots_index.csv has {row['winner']}")
        for edge in ('first_s', 'last_s'):
            check(abs(float(found[edge]) - float(row[edge])) <= 0.1, f'{name} {key}: {edge} {found[edge]}, {row[edge]}')


def inside(row):
    at, start = float(row['captured_at_ms']) / 1000, int(row['slot_ts'])
    return start <= at < start + int(row['slot_duration'])


def number(cell):
    return round(float(cell), 6) if cell else None


def exported_name(name):
    side, rest = name.split('_', 1)
    level = side[3:]
    return side[:3] + '_' + rest + EXPORTED[level]


def check_cells(program, path, folder, stream, symbol):
    """Each tick of a stream, cell by cell, against the recording read by other means."""
    with gzip.open(path, 'rt') as f:
        want = [r for r in csv.DictReader(f) if r['symbol'] == symbol and inside(r)]
    got = list(csv.DictReader(odx(program, 'export', folder, '--stream', stream).splitlines()))
    check(len(got) == len(want), f'{stream}: {len(got)} rows came back of {len(want)}')
    want.sort(key=lambda r: float(r['captured_at_ms']))
    names = [n for n in BOOK if n in want[0]]
    wrong = 0
    for a, b in zip(want, got):
        wrong += float(a['captured_at_ms']) != float(b['captured_at_ms']) or a['slot_ts'] != b['slot_ts']
        wrong += any(number(a[n]) != number(b.get(exported_name(n), '')) for n in names)
    check(wrong == 0, f'{stream}: {wrong} rows came back other than they were')


def main():
    program = os.path.abspath(sys.argv[1])
    if not os.path.isdir(REAL):
        print('skipped recorded ticks: those of ../shared are not here')
        print('0 passed, 0 failed, 1 skipped')
        return 0
    check({n for n in os.listdir(REAL) if n.endswith('.csv.gz')} == set(ROWS), 'other recordings than README.md counts')
    with tempfile.TemporaryDirectory() as parent:
        for name, (rows, slots) in sorted(ROWS.items()):
            folder = os.path.join(parent, name)
            report = json.loads(odx(program, 'import', os.path.join(REAL, name), '-o', folder, '--json'))
            out = report['problems']['outside_slot']
            check(report['rows'] == rows, f"{name}: {report['rows']} rows, README.md has {rows}")
            check(report['ticks'] + out + report['labels'] + report['fills'] == rows, f'{name}: rows that nothing became of')
            found = slots_of(folder, report)
            if slots is not None: check(len(found) == slots, f'{name}: {len(found)} slots, README.md has {slots}')
            check_index(name, found)
            check(not report['leaks'], f"{name}: {report['leaks']} look like leaks")
        check_cells(program, os.path.join(REAL, 'polymarket_btc5m_cronosvirus00.csv.gz'),
                    os.path.join(parent, 'polymarket_btc5m_cronosvirus00.csv.gz'), 'polymarket:btc:5m', 'BTC')
        check_cells(program, os.path.join(REAL, 'polymarket_btc15m_borisz42.csv.gz'),
                    os.path.join(parent, 'polymarket_btc15m_borisz42.csv.gz'), 'polymarket:btc:15m', 'BTC')
        check_cells(program, os.path.join(REAL, 'kalshi_crypto15m_johnnygod.csv.gz'),
                    os.path.join(parent, 'kalshi_crypto15m_johnnygod.csv.gz'), 'kalshi:sol:15m', 'SOL')
        same_effects(program, parent)
    print(f"{checks['passed']} passed, {checks['failed']} failed")
    return 1 if checks['failed'] else 0


def same_effects(program, parent):
    """A strategy does the same on tapes as on the recording they were made of."""
    name = 'polymarket_btc5m_cronosvirus00.csv.gz'
    tapes = os.path.join(parent, name)
    back = os.path.join(parent, 'back.csv')
    odx(program, 'export', tapes, '--labels', '-o', back)
    for example in ('late_leader', 'snap_back', 'spread_keeper'):
        file = os.path.join(ROOT, 'examples', example + '.odx')
        want = odx(program, 'run', file, '--ticks', os.path.join(REAL, name))
        check(odx(program, 'run', file, '--ticks', tapes) == want, f'{example}: other effects on tapes')
        check(odx(program, 'run', file, '--ticks', back) == want, f'{example}: other effects on what was exported')


if __name__ == '__main__':
    sys.exit(main())
