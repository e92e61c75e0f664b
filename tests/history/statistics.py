#!/usr/bin/env python3
"""statistics.py ODX [--slots N]: made-up slots against recorded ones, number by number.

Both go through `odx export`.  Each statistic of data/README.md is worked out for the recording (with the
band that holds 95 % of bootstraps over its slots) and for the made-up stream; a line says whether that is
within the band.  Exit 1 when fewer agree than FLOORS asks.  Skipped where ../shared is absent."""
import csv
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
REAL = os.path.join(ROOT, '../shared/data/real')
PARTS = [(2, 10), (25, 50), (50, 75), (75, 90), (90, 95), (95, 98), (98, 100)]
STREAMS = [('polymarket_btc5m_cronosvirus00.csv.gz', 'polymarket:btc:5m', 300), ('polymarket_btc15m_borisz42.csv.gz', 'polymarket:btc:15m', 900)]
FLOORS = {'polymarket:btc:5m': 36, 'polymarket:btc:15m': 32}
ROUNDS = 60


def cell(row, name):
    return float(row[name]) if row.get(name) else None


def read(odx, folder, stream):
    """Slots of (per cent into the slot, second, bid, ask, bid size, second bid's size), and their winners."""
    slots, winners = {}, {}
    out = subprocess.run([odx, 'export', folder, '--labels', '--stream', stream], capture_output=True, text=True, check=True).stdout
    for row in csv.DictReader(out.splitlines()):
        start, length, at = int(row['slot_ts']), int(row['slot_duration']), float(row['captured_at_ms']) / 1000
        slots.setdefault(start, []).append(((at - start) * 100 / length, int(at - start), cell(row, 'bid_up'), cell(row, 'ask_up'),
                                            cell(row, 'bid_size_up'), cell(row, 'bid_size_up_l2')))
        winners[start] = row['winner']
    return [(rows, winners[start]) for start, rows in sorted(slots.items())]


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))] if values else None


def deviation(values):
    if len(values) < 2: return None
    mean = sum(values) / len(values)
    return (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5


def parts_of(slot):
    """What a slot adds to every statistic: lists that are joined over slots."""
    rows, winner = slot
    got = {}
    for low, high in PARTS:
        here = [r for r in rows if low <= r[0] < high]
        both = [round((r[3] - r[2]) * 100) for r in here if r[2] is not None and r[3] is not None]
        got[f'spread {low}-{high}'] = both
        got[f'one cent {low}-{high}'] = [s == 1 for s in both]
        got[f'one side empty {low}-{high}'] = [(r[2] is None) != (r[3] is None) for r in here]
    got['size'] = [r[4] for r in rows if r[4]]
    got['size 2'] = [r[5] for r in rows if r[5]]
    mids = {r[1]: (r[2] + r[3]) * 50 for r in rows if r[2] is not None and r[3] is not None}
    for seconds in (1, 5, 10, 30):
        got[f'move {seconds} s'] = [mids[t + seconds] - m for t, m in mids.items() if t + seconds in mids and 10 < m < 90]
    for name, (low, high) in {'early': (2, 10), 'middle': (25, 50), 'late': (75, 90)}.items():
        here = [(r[2] + r[3]) / 2 for r in rows if low <= r[0] < high and r[2] is not None and r[3] is not None]
        got[f'mid {name}'] = here[len(here) // 2:len(here) // 2 + 1]
    for at in (50, 80, 90):
        before = [r for r in rows if r[0] <= at and (r[2] is not None or r[3] is not None)]
        if before and winner:
            bid, ask = before[-1][2], before[-1][3]
            mid = (bid + ask) / 2 if bid is not None and ask is not None else ask if bid is None else bid
            got[f'favourite {at}'] = [(mid > 0.5) == (winner == 'up')]
    return got


def mean(values):
    return sum(values) / len(values) if values else None


def statistics(parts, has_sizes):
    def all_of(name):
        return [v for p in parts for v in p.get(name, [])]
    out = {}
    for low, high in PARTS:
        for name in (f'spread {low}-{high}', f'one cent {low}-{high}', f'one side empty {low}-{high}'):
            out[name] = mean(all_of(name))
    if has_sizes:
        for q in (5, 25, 50, 75, 95, 99): out[f'size {q} %'] = quantile(all_of('size'), q / 100)
        out['size 2 50 %'] = quantile(all_of('size 2'), 0.5)
    for seconds in (1, 5, 10, 30): out[f'sd of moves {seconds} s'] = deviation(all_of(f'move {seconds} s'))
    ones = all_of('move 1 s')
    out['no move 1 s'] = mean([v == 0 for v in ones])
    out['p95 of moves 1 s'] = quantile([abs(v) for v in ones], 0.95)
    for name in ('early', 'middle', 'late'): out[f'sd of mid {name}'] = deviation(all_of(f'mid {name}'))
    for at in (50, 80, 90): out[f'favourite {at} %'] = mean(all_of(f'favourite {at}'))
    return out


def bands(parts, has_sizes):
    rng = random.Random(1)
    rounds = [statistics([parts[rng.randrange(len(parts))] for _ in parts], has_sizes) for _ in range(ROUNDS)]
    out = {}
    for name in rounds[0]:
        values = sorted(r[name] for r in rounds if r[name] is not None)
        out[name] = (values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]) if values else None
    return out


def compare(odx, parent, name, stream, slots, seconds):
    real, made = os.path.join(parent, 'real' + str(seconds)), os.path.join(parent, 'made' + str(seconds))
    subprocess.run([odx, 'import', os.path.join(REAL, name), '-o', real], capture_output=True, check=True)
    subprocess.run([odx, 'synth', '--seed', '1', '--slots', str(slots), '--stream', stream, '-o', made], capture_output=True, check=True)
    has_sizes = seconds == 300
    recorded = [parts_of(s) for s in read(odx, real, stream)]
    mine = statistics([parts_of(s) for s in read(odx, made, stream)], has_sizes)
    theirs, limits = statistics(recorded, has_sizes), bands(recorded, has_sizes)
    agree = 0
    print(f'{stream}: {len(recorded)} recorded slots, {slots} made up')
    for stat, value in theirs.items():
        low, high = limits[stat]
        is_within = mine[stat] is not None and low <= mine[stat] <= high
        agree += is_within
        print(f"  {'' if is_within else 'missed':6} {stat:24} recorded {value:9.3f}  band {low:9.3f} to {high:9.3f}  made up {mine[stat]:9.3f}")
    print(f'  {agree} of {len(theirs)} within their bands')
    return agree >= FLOORS[stream]


def main():
    odx = os.path.abspath(sys.argv[1])
    slots = int(sys.argv[sys.argv.index('--slots') + 1]) if '--slots' in sys.argv else 300
    if not os.path.isdir(REAL):
        print('skipped recorded ticks: those of ../shared are not here\n0 passed, 0 failed, 1 skipped')
        return 0
    with tempfile.TemporaryDirectory() as parent:
        fine = [compare(odx, parent, name, stream, slots, seconds) for name, stream, seconds in STREAMS]
    print(f'{sum(fine)} passed, {len(fine) - sum(fine)} failed')
    return 0 if all(fine) else 1


if __name__ == '__main__':
    sys.exit(main())
