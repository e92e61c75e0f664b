#!/usr/bin/env python3
"""suites.py LABEL BUILD TOTALS SUITE... : runs meson suites one after the other, one line for each.

A test program that ends with "N passed, N failed[, N skipped]" counts with its cases, any other
program counts as one.  A program that dies or exits non-zero without admitting a failure counts as
one failure more.  Appends "passed failed skipped" to the file TOTALS; the exit code is 0 even when
tests fail: the reader of TOTALS decides.  `suites.py --self-test` shows that a failure is counted.
"""
import json, os, re, subprocess, sys, time

SUMMARY = re.compile(r'^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$', re.M)
SKIPPED = re.compile(r'^skipped (.*)$', re.M)
OUTPUT_LINES = 60    # of a failing test; the whole log stays in the build folder


def count(test):
    """(passed, failed, skipped, reasons) of one entry of meson's test log."""
    out = test.get('stdout') or ''
    said = SUMMARY.findall(out)
    passed, failed, skipped = [int(n or 0) for n in said[-1]] if said else (0, 0, 0)
    result = test['result']
    if result == 'SKIP' and not said:
        lines = out.strip().splitlines()
        return 0, 0, 1, [lines[-1] if lines else test['name']]
    if result in ('OK', 'SKIP'):
        return (passed, failed, skipped, SKIPPED.findall(out)) if said else (1, 0, 0, [])
    return passed, max(failed, 1), skipped, SKIPPED.findall(out)


def suites_of(build):
    tests = json.loads(subprocess.check_output(['meson', 'introspect', '--tests', build]))
    return {s.split(':')[-1] for t in tests for s in t['suite']}


def run_suite(build, suite, multiplier):
    subprocess.run(['meson', 'test', '-C', build, '--no-rebuild', '--suite', suite, '--logbase', suite,
                    '--quiet', '--timeout-multiplier', multiplier],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    with open(os.path.join(build, 'meson-logs', suite + '.json'), encoding='utf-8') as log:
        return [json.loads(line) for line in log]


def show_failure(label, test):
    lines = ((test.get('stdout') or '') + (test.get('stderr') or '')).splitlines()
    name = test['name'].split(' / ')[-1]
    print(f"--- {label}: {name}: {test['result']}, exit {test.get('returncode')}")
    if len(lines) > OUTPUT_LINES: print(f'    ... {len(lines) - OUTPUT_LINES} lines before')
    for line in lines[-OUTPUT_LINES:]: print('    ' + line)


def report(label, suite, tests, seconds):
    totals, reasons = [0, 0, 0], []
    for test in tests:
        *numbers, why = count(test)
        totals = [a + b for a, b in zip(totals, numbers)]
        reasons += why
        if numbers[1]: show_failure(label, test)
    passed, failed, skipped = totals
    text = f'{passed} passed, {failed} failed'
    if skipped: text += f", {skipped} skipped ({'; '.join(sorted(set(reasons))) or 'no reason given'})"
    print(f'{label:<18} {suite:<7} {seconds:6.1f} s  {text}', flush=True)
    return totals


def self_test():
    entry = lambda result, out: {'name': 't', 'result': result, 'stdout': out}
    cases = [(entry('OK', '3 passed, 0 failed\n'), (3, 0, 0)), (entry('OK', 'fine'), (1, 0, 0)),
             (entry('FAIL', '3 passed, 2 failed, 1 skipped\n'), (3, 2, 1)),
             (entry('FAIL', '3 passed, 0 failed\n'), (3, 1, 0)), (entry('TIMEOUT', ''), (0, 1, 0)),
             (entry('ERROR', ''), (0, 1, 0)), (entry('SKIP', 'no clang\n'), (0, 0, 1))]
    bad = [(test, want) for test, want in cases if count(test)[:3] != want]
    for test, want in bad: print(f'{test}: got {count(test)[:3]}, want {want}')
    print(f'{len(cases) - len(bad)} passed, {len(bad)} failed')
    return 1 if bad else 0


def main(label, build, totals_file, suites):
    multiplier = os.environ.get('ODDEX_TEST_PATIENCE', '3')
    known = suites_of(build)
    for suite in suites:
        start = time.monotonic()
        if suite in known:
            tests = run_suite(build, suite, multiplier)
            totals = report(label, suite, tests, time.monotonic() - start)
        else:
            print(f'{label:<18} {suite:<7} {0:6.1f} s  0 passed, 0 failed, 1 skipped (no tests yet)')
            totals = [0, 0, 1]
        with open(totals_file, 'a', encoding='utf-8') as f: print(*totals, file=f)


if __name__ == '__main__':
    if sys.argv[1:] == ['--self-test']: sys.exit(self_test())
    main(*sys.argv[1:4], sys.argv[4:])
