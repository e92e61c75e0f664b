#!/usr/bin/env python3
"""make_sample.py > sample_5m.csv: an hour of a made-up five-minute up/down market, for a first run.

A coin walks at random; the price of `up` is the chance that it ends above where the slot began, quoted on
whole cents with a spread of one or two.  Nothing here was recorded.  The same seed gives the same file."""
import math
import random

SEED, SLOTS, START = 5, 12, 1767603600
rng = random.Random(SEED)
spot = 97000.0
print('captured_at_ms,symbol,slot_ts,slot_duration,bid_up,ask_up,bid_down,ask_down,'
      'bid_size_up,ask_size_up,bid_size_down,ask_size_down,chainlink_price,market_volume_usd,winner')


def chance(move, left):
    """That a walk of 6 dollars a second is above zero after `left` seconds, seen from `move`."""
    return 0.5 * (1 + math.erf(move / (6 * math.sqrt(2 * max(left, 1)))))


def size():
    return round(rng.lognormvariate(5.3, 1.1), 2)


for n in range(SLOTS):
    opened, slot, volume, rows = spot, START + 300 * n, 0.0, []
    for second in range(300):
        spot = round(spot + rng.gauss(0, 6), 2)
        p = min(0.99, max(0.01, chance(spot - opened, 300 - second) + rng.gauss(0, 0.008)))
        bid = max(1, min(98, math.floor(p * 100)))
        ask = bid + (2 if rng.random() < 0.15 else 1)
        volume += rng.expovariate(1 / 180)
        one_sided = second > 285 and rng.random() < 0.5
        rows.append([slot * 1000 + second * 1000 + rng.randint(0, 900), 'BTC', slot, 300, bid, ask,
                     size(), size(), spot, round(volume, 2), one_sided])
    winner = 'up' if spot > opened else 'down'
    for t, symbol, s, length, bid, ask, bs, as_, price, vol, one_sided in rows:
        up_ask = '' if one_sided and bid > 50 else f'{ask / 100:.2f}'
        up_bid = '' if one_sided and bid <= 50 else f'{bid / 100:.2f}'
        down_bid = f'{1 - ask / 100:.2f}' if up_ask else ''
        down_ask = f'{1 - bid / 100:.2f}' if up_bid else ''
        print(f'{t},{symbol},{s},{length},{up_bid},{up_ask},{down_bid},{down_ask},{bs},{as_},{as_},{bs},{price},{vol},{winner}')
