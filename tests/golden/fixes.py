#!/usr/bin/env python3
"""fixes.py ODX: `odx fix` on every golden file that has a safe fix (LANGUAGE.md 2.6.3).

Afterwards no safe fix is left, the findings that had one are gone, no finding is new; and where the file
compiled before, it compiles to a program that does the same: an equal listing, or else equal orders and shows
on 540 ticks of three slots that move up and down.  Modules are not fixed along with the file that uses them."""
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ('check', 'prove', 'parse')
# Code of the listing without the places it came from.
PLACE = re.compile(r'\s*;.*$', re.M)


def findings(odx, path):
    done = subprocess.run([odx, 'check', '--format', 'json', os.path.basename(path)], cwd=os.path.dirname(path),
                          capture_output=True, text=True, errors='replace', timeout=60)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [f for f in found if f['file'] == os.path.basename(path)]


def has_safe(finding):
    return any(fix['class'] == 'safe' and fix['edits'] for fix in finding['fixes'])


def program(odx, path):
    """What the image does, or None: its listing without comments."""
    out = path + 'b'
    done = subprocess.run([odx, 'build', path, '-o', out], capture_output=True, text=True, timeout=60)
    if done.returncode: return None
    return PLACE.sub('', subprocess.run([odx, 'dis', out], capture_output=True, text=True, timeout=60).stdout)


def write_ticks(path):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('captured_at_ms,slot_ts,slot_duration,bid_up,ask_up,bid_size_up,ask_size_up,bid_down,ask_down,'
                'bid_size_down,ask_size_down,dir_move_pct,winner\n')
        for i in range(540):
            slot, cents = i // 180, 5 + abs(i * 7 % 178 - 89)
            start = 1776081600 + 900 * slot
            f.write(f'{(start + i % 180 * 5) * 1000},{start},900,{cents / 100:.2f},{(cents + 1) / 100:.2f},100,90,'
                    f'{(99 - cents) / 100:.2f},{(100 - cents) / 100:.2f},90,100,{(cents - 48) / 8:.2f},up\n')


def deeds(odx, path, ticks):
    """Orders and shows of a run."""
    done = subprocess.run([odx, 'run', path, '--ticks', ticks, '--shows', path + '.csv'], capture_output=True,
                          text=True, timeout=60)
    if done.returncode: return f'cannot run: {done.stderr}', False
    with open(path + '.csv', encoding='utf-8') as f: return done.stdout + f.read(), True


def counts(found):
    """Notes of style may come and go with the text."""
    return collections.Counter(f['code'] for f in found if f['code'] != 'ODX506')


def check(odx, path, ticks):
    before = findings(odx, path)
    fixed = collections.Counter(f['code'] for f in before if has_safe(f))
    if not fixed: return None
    did = deeds(odx, path, ticks)
    was = program(odx, path) if all(f['level'] != 'error' for f in before) else None
    subprocess.run([odx, 'fix', path], capture_output=True, timeout=60)
    after = findings(odx, path)
    bad = [f'{f["code"]} still has a safe fix: {f["title"]}' for f in after if has_safe(f)]
    if was is None: # what did not parse hides what the rest has to say
        bad += [f'{code} is not gone' for code, n in fixed.items() if counts(after)[code] > counts(before)[code] - n]
    elif counts(before) - fixed != counts(after):
        bad.append(f'{dict(counts(before))} became {dict(counts(after))}')
    if was is not None and program(odx, path) != was:
        does, has_run = deeds(odx, path, ticks)
        if not has_run or not did[1] or does != did[0]: bad.append(f'it does something else: {does[:200]}')
    return bad


def main():
    odx = os.path.abspath(sys.argv[1])
    passed, failed, codes = 0, 0, collections.Counter()
    with tempfile.TemporaryDirectory() as parent:
        ticks = os.path.join(parent, 'ticks.csv')
        write_ticks(ticks)
        for folder in FOLDERS:
            shutil.copytree(os.path.join(HERE, folder), os.path.join(parent, folder))
        shutil.copytree(os.path.join(HERE, 'documents'), os.path.join(parent, 'documents'))
        for path in sorted(glob.glob(os.path.join(parent, '*', '*.odx')) + glob.glob(os.path.join(parent, '*', '*.json'))):
            bad = check(odx, path, ticks)
            if bad is None: continue
            passed, failed = passed + (not bad), failed + bool(bad)
            for text in bad: print(f'{os.path.relpath(path, parent)}: {text}')
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
