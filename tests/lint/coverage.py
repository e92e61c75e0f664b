#!/usr/bin/env python3
"""coverage.py SUMMARY.json [--files] — branches reached, per room (or per file), from llvm-cov's export.

Exit 1 when a room that any fuzz target links stays below the bar; rooms that read no foreign bytes are shown and
do not count."""
import json, os, sys

import sources

BAR = 85.0
APART = {'runtime/core': 'files, memory, the processor'}


def room(path):
    parts = os.path.dirname(path).split('/')
    return '/'.join(parts[:2])


def table(summary, key):
    rows = {}
    for entry in summary['data'][0]['files']:
        path = os.path.relpath(os.path.normpath(entry['filename']), sources.ROOT)
        if not path.startswith(('vm/', 'compiler/', 'runtime/')): continue    # tests, generated files
        branches = entry['summary']['branches']
        row = rows.setdefault(key(path), [0, 0])
        row[0] += branches['covered']
        row[1] += branches['count']
    return {name: row for name, row in sorted(rows.items()) if row[1]}


def main():
    with open(sys.argv[1], encoding='utf-8') as f: summary = json.load(f)
    rows = table(summary, (lambda path: path) if '--files' in sys.argv else room)
    low = 0
    print(f"{'room':<32} {'branches':>9} {'reached':>9} {'%':>7}")
    for name, (covered, count) in rows.items():
        percent = 100.0 * covered / count
        is_low = percent < BAR and name not in APART
        low += is_low
        says = '  below the bar' if is_low else f'  ({APART[name]}: does not count)' if name in APART else ''
        print(f'{name:<32} {count:>9} {covered:>9} {percent:>7.1f}{says}')
    print(f'{len(rows) - low} of {len(rows)} at {BAR:.0f} % or more, or apart')
    sys.exit(1 if low else 0)


main()
