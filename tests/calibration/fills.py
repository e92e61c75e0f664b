#!/usr/bin/env python3
"""fills.py RESTING [--instants N] [--life SECONDS] [--seed N]: are the matcher's fills those of the recording?

Made-up orders join real books at random instants.  The models see one row a second, as backtests do; what
happened is read off every book message between (docs/MATCHER.md says how, and what that cannot tell).
Each model's yes or no becomes a probability on some slots and is judged on others: each fifth of the slots
by the other four, and once more everything by the first fifth.
Prints the tables of docs/MATCHER.md.  Skipped, with a line that says so, where ../shared is absent."""
import argparse
import bisect
import csv
import gzip
import math
import os
import random
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
NAME = os.path.join(ROOT, '../shared/data/real/polymarket_btc5m_cronosvirus00')
ONE = 1_000_000
CENT = 10_000
DISTANCES, SIZES = (0, 1, 2), (5, 50, 500)
MODELS = ('touch', 'queue', 'pessimistic')
PREDICTORS = ('none',) + MODELS + ('all three',)
LABELS = ('sure', 'likely', 'possible')
FOLDS = 5          # slot n belongs to part n modulo this
BOOTSTRAPS = 2000
SKIPPED = 77


def micros(text):
    return round(float(text) * ONE) if text else 0


def read_rows():
    """slot -> [(ms, ((price, size) * 3 of bids, of asks), the token's own message?)], prices of `down`."""
    slots = {}
    with gzip.open(NAME + '.csv.gz', 'rt', encoding='utf-8') as f:
        for r in csv.DictReader(f):
            sides = tuple(tuple((micros(r[f'{side}{n}_down']), micros(r[f'{side}{n}_size_down'] if n else r[f'{side}_size_down']))
                                for n in ('', '2', '3')) for side in ('bid', 'ask'))
            slots.setdefault(int(r['slot_ts']), []).append((int(r['captured_at_ms']), sides, r['down_src'] == 'rec'))
    for rows in slots.values(): rows.sort(key=lambda row: row[0])
    return slots


def read_messages():
    """slot -> ([ms], [(bid, its size, ask, its size)]) of `down`, in the order they came; no side: 0 and 1."""
    slots = {}
    with gzip.open(NAME + '_events.csv.gz', 'rt', encoding='utf-8') as f:
        for r in csv.DictReader(f):
            if r['token'] != 'down': continue
            times, books = slots.setdefault(int(r['slot_ts']), ([], []))
            times.append(int(r['captured_at_ms']))
            books.append((micros(r['bid']), micros(r['bid_size']), micros(r['ask']) or ONE, micros(r['ask_size'])))
    for slot, (times, books) in slots.items():
        order = sorted(range(len(times)), key=lambda i: times[i])
        slots[slot] = [times[i] for i in order], [books[i] for i in order]
    return slots


def gone(price, size, price_then, size_then, is_worse):
    """How much less stands at what was the best price."""
    if price == price_then: return max(0, size_then - size)
    return size_then if is_worse else 0


class Watch:
    """One buy at `price` behind `ahead`, over the messages after it; sales are turned over before."""

    def __init__(self, price, size, ahead):
        self.price, self.size = price, size
        self.ahead = {'likely': ahead, 'possible': ahead}
        self.filled = dict.fromkeys(LABELS, 0)
        self.shown = ahead

    def sold(self, label, volume):
        """Somebody sold at the order's price: first to those ahead."""
        self.filled[label] += max(0, volume - self.ahead[label])
        self.ahead[label] = max(0, self.ahead[label] - volume)

    def cleared(self, label, most):
        for each in self.ahead: self.ahead[each] = min(self.ahead[each], most)
        if label: self.filled[label] = max(self.filled[label], self.size)

    def message(self, old, new):
        bid, bid_size, ask, ask_size = new
        bid_gone = gone(bid, bid_size, old[0], old[1], bid < old[0])
        ask_gone = gone(ask, ask_size, old[2], old[3], ask > old[2])
        sellers = ['possible'] * (bid_gone > 0) + ['likely'] * (bid_gone > ask_gone)
        if ask <= self.price:
            offered = ask_size if old[2] != ask else max(0, ask_size - old[3])
            self.cleared(None, 0)
            for label in LABELS: self.filled[label] += offered
        if old[0] == self.price:
            for label in sellers: self.sold(label, bid_gone)
        elif old[0] < self.price:
            for label in sellers: self.filled[label] += bid_gone
        elif bid == self.price:
            self.sold('possible', max(0, self.shown - bid_size))
        if bid == self.price:
            self.cleared(None, bid_size)
            self.shown = bid_size
        elif bid < self.price <= old[0]:
            self.cleared('possible', 0)

    def outcome(self):
        return tuple(self.filled[label] >= self.size for label in LABELS)


def turned(book):
    bid, bid_size, ask, ask_size = book
    return ONE - ask, ask_size, ONE - bid, bid_size


def ahead_at(side, price, is_bid):
    """Shares shown at a price; None when it lies behind the levels that are shown."""
    for at, size in side:
        if at == price: return size
    last = side[-1][0]
    return 0 if not last or (price > last if is_bid else price < last) else None


def orders_at(sides):
    (bid, _), (ask, _) = sides[0][0], sides[1][0]
    for end, best, away in ((0, bid, -CENT), (1, ask, CENT)):
        for distance in DISTANCES:
            price = best + distance * away
            ahead = ahead_at(sides[end], price, end == 0)
            if ahead is None or not 0 < price < ONE: continue
            for size in SIZES: yield end, price, distance, size, ahead


def is_candidate(slot, row, last_ms, life_ms):
    ms, sides, is_own = row
    (bid, _), (ask, _) = sides[0][0], sides[1][0]
    return (is_own and ms >= slot * 1000 and ms + life_ms <= min(last_ms, slot * 1000 + 300_000) and bid >= CENT
            and 0 < ask <= ONE - CENT and bid < ask and bid % CENT == 0 and ask % CENT == 0)


def block_of(rows, at, orders, life_ms):
    end_ms = rows[at][0] + life_ms
    lines = []
    for i in range(at, len(rows)):
        ms, sides, _ = rows[i]
        if ms > end_ms: break
        lines.append(' '.join(['B', str(ms * 1000)] + [f'{p} {s}' for side in sides for p, s in side]))
        if i == at: lines += [f'O {o[0]} {o[1]} {o[3] * ONE} {end_ms * 1000}' for o in orders]
    return lines + ['E']


def happened(messages, start_ms, orders, life_ms):
    """What became of each order, by the messages of its life."""
    times, books = messages
    first = bisect.bisect_right(times, start_ms) - 1
    last = bisect.bisect_right(times, start_ms + life_ms)
    life = {0: books[first:last], 1: [turned(b) for b in books[first:last]]}
    for end, price, _, size, ahead in orders:
        watch = Watch(price if end == 0 else ONE - price, size * ONE, ahead)
        for old, new in zip(life[end], life[end][1:]):
            if old != new: watch.message(old, new)
        yield watch.outcome()


def collect(args):
    """Cases (slot, bucket, labels), the text for the matcher, and how many slots had none."""
    rows_of, messages_of = read_rows(), read_messages()
    cases, lines, life_ms, differ = [], [], args.life * 1000, 0
    for slot in sorted(rows_of):
        rows, messages = rows_of[slot], messages_of.get(slot)
        if not messages: continue
        can = [i for i, row in enumerate(rows) if is_candidate(slot, row, messages[0][-1], life_ms)]
        for at in sorted(random.Random(f'{args.seed}:{slot}').sample(can, min(args.instants, len(can)))):
            start_ms, sides, _ = rows[at]
            best = tuple(x for side in sides for x in side[0])
            if messages[1][bisect.bisect_right(messages[0], start_ms) - 1] != best:
                differ += 1
                continue
            orders = list(orders_at(sides))
            lines += block_of(rows, at, orders, life_ms)
            cases += [(slot, o[2:4], labels) for o, labels in zip(orders, happened(messages, start_ms, orders, life_ms))]
    return sorted(rows_of), cases, lines, differ


def keys_of(bits):
    """What each predictor knows of an order."""
    return (0,) + tuple(int(b) for b in bits) + (sum(bits),)


def tally(cases, label):
    """(predictor, bucket, key) -> [orders, filled]."""
    counts = {}
    for _, bucket, labels, keys in cases:
        for predictor, key in enumerate(keys):
            cell = counts.setdefault((predictor, bucket, key), [0, 0])
            cell[0] += 1
            cell[1] += labels[label]
    return counts


def chance(fitted, predictor, bucket, key):
    n, filled = fitted.get((predictor, bucket, key), (0, 0))
    return (filled + 1) / (n + 2)


def predicted(splits, label):
    """For each judged case: slot, bucket, what happened, what each predictor knew and the chance it gave."""
    for fit, judged in splits:
        fitted = tally(fit, label)
        for slot, bucket, labels, keys in judged:
            yield slot, bucket, labels[label], keys, [chance(fitted, i, bucket, key) for i, key in enumerate(keys)]


def loss(chance_of, is_filled):
    return -math.log(chance_of if is_filled else 1 - chance_of)


def mean(values):
    return sum(values) / len(values) if values else math.nan


def band_of(by_slot, seed):
    """95 % of the mean difference when whole slots are drawn again; by_slot: [(sum, count)]."""
    rng = random.Random(seed)
    means = []
    for _ in range(BOOTSTRAPS):
        drawn = rng.choices(by_slot, k=len(by_slot))
        means.append(sum(d for d, _ in drawn) / sum(n for _, n in drawn))
    means.sort()
    return means[BOOTSTRAPS // 40], means[-BOOTSTRAPS // 40 - 1]


def undisputed(cases):
    return [c for c in cases if c[2][0] == c[2][2]]


def print_losses(title, splits, seed):
    slots = {c[0] for _, judged in splits for c in judged}
    print(f'\n{title}: {len(slots)} slots judged\n\n| Observed as | orders | filled | ' + ' | '.join(PREDICTORS)
          + ' | queue - touch, 95 % |\n' + '|---' * (len(PREDICTORS) + 4) + '|')
    verdicts = {}
    agreed = [(undisputed(fit), undisputed(judged)) for fit, judged in splits]
    for name, label, over in [(n, i, splits) for i, n in enumerate(LABELS)] + [('undisputed', 0, agreed)]:
        rows = list(predicted(over, label))
        by_slot = {}
        for slot, _, is_filled, _, chances in rows:
            cell = by_slot.setdefault(slot, [0.0, 0])
            cell[0] += loss(chances[2], is_filled) - loss(chances[1], is_filled)
            cell[1] += 1
        low, high = band_of(list(by_slot.values()), seed)
        means = [mean([loss(r[4][i], r[2]) for r in rows]) for i in range(len(PREDICTORS))]
        verdicts[name] = means[2] - means[1]
        print(f'| {name} | {len(rows)} | {100 * mean([r[2] for r in rows]):.1f} % | ' + ' | '.join(f'{m:.4f}' for m in means)
              + f' | {means[2] - means[1]:+.4f} ({low:+.4f} .. {high:+.4f}) |')
    return verdicts


def print_reliability(splits, label):
    rows = list(predicted(splits, label))
    print(f'\nObserved as {LABELS[label]}; predicted / observed per cent (orders)\n\n| behind | shares | orders | filled | '
          + ' | '.join(f'{m} no | {m} yes' for m in MODELS) + ' | loss touch | loss queue |\n' + '|---' * (6 + 2 * len(MODELS)) + '|')
    for bucket in [(d, s) for d in DISTANCES for s in SIZES]:
        mine = [r for r in rows if r[1] == bucket]
        cells = []
        for predictor in range(1, 1 + len(MODELS)):
            for key in (0, 1):
                these = [r for r in mine if r[3][predictor] == key]
                said, seen = mean([r[4][predictor] for r in these]), mean([r[2] for r in these])
                cells.append(f'{100 * said:.0f} / {100 * seen:.0f} ({len(these)})' if these else 'none')
        lost = [mean([loss(r[4][i], r[2]) for r in mine]) for i in (1, 2)]
        print(f'| {bucket[0]}c | {bucket[1]} | {len(mine)} | {100 * mean([r[2] for r in mine]):.1f} % | ' + ' | '.join(cells)
              + f' | {lost[0]:.4f} | {lost[1]:.4f} |')


def laws(cases, bits, judged_slots, verdicts):
    """What must hold whatever the figures are."""
    yield len(bits) == len(cases) and len(cases) > 0, 'the matcher answered each order'
    yield all(b[0] >= b[1] >= b[2] for b in bits), 'touch fills what queue fills, queue what pessimistic fills'
    yield all(c[2][0] <= c[2][1] <= c[2][2] for c in cases), 'what is sure is likely, what is likely is possible'
    yield judged_slots >= 100, 'at least 100 slots are held back and have orders'
    yield all(d < 0 for d in verdicts.values()), 'queue has a lower log loss than touch, whatever counts as observed'
    yield 0 < sum(b[1] for b in bits) < len(bits), 'queue fills some and not all'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('resting')
    for name, value in (('--instants', 24), ('--life', 20), ('--seed', 1)): parser.add_argument(name, type=int, default=value)
    args = parser.parse_args()
    if not os.path.exists(NAME + '_events.csv.gz'):
        print('skipped: no recordings beside the repository (../shared/data/real)')
        return SKIPPED
    slots, cases, lines, differ = collect(args)
    done = subprocess.run([args.resting], input='\n'.join(lines) + '\n', capture_output=True, text=True, check=True)
    filled = [tuple(int(x) for x in line.split()) for line in done.stdout.splitlines()]
    bits = [tuple(int(x >= size * ONE) for x in f) for f, (_, (_, size), _) in zip(filled, cases)]
    known = [(*case, keys_of(b)) for case, b in zip(cases, bits)]
    part = {slot: i % FOLDS for i, slot in enumerate(slots)}
    splits = [([c for c in known if part[c[0]] != i], [c for c in known if part[c[0]] == i]) for i in range(FOLDS)]
    judged_slots = len({c[0] for c in known})
    print(f'{len(slots)} slots, {len(slots) - judged_slots} of them without an instant; {len(known)} orders; '
          f'{differ} instants left out: row and message differ')
    verdicts = print_losses('each fifth of the slots by the other four', splits, args.seed)
    print_losses('the other slots by the first fifth', [splits[0][::-1]], args.seed)
    print_reliability(splits, LABELS.index('likely'))
    failed = [says for ok, says in laws(cases, bits, judged_slots, verdicts) if not ok]
    print('\nqueue against touch: ' + ', '.join(f"{name} {'better' if d < 0 else 'not better'}" for name, d in verdicts.items()))
    for says in failed: print('failed:', says)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
