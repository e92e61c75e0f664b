#!/usr/bin/env python3
"""format.py — clang-format would change nothing in the C sources (`./dev fmt` makes it so)."""
import re, shutil, subprocess, sys

import sources


def clang_format(arguments, text=None):
    return subprocess.run(['clang-format', '--dry-run', '-Werror', *arguments], input=text, text=True,
                          capture_output=True, cwd=sources.ROOT).stderr


def lint():
    paths = sources.tracked('.c', '.h')
    places = re.findall(r'^([^:\n]+):(\d+):\d+: error', clang_format(['-fno-color-diagnostics', *paths]), re.M)
    first = {}
    for path, line in places: first.setdefault(path, line)
    return [f'{path}:{line}: ./dev fmt would change this file' for path, line in first.items()]


def self_test():
    if not clang_format(['--assume-filename=a.c'], 'int main( ) {return 0;}\n'): yield 'misses a bad layout'
    if clang_format(['--assume-filename=a.c'], 'int main(void)\n{\n    return 0;\n}\n'): yield 'refuses a good one'


if __name__ == '__main__':
    if not shutil.which('clang-format'):
        print('clang-format is not installed')
        sys.exit(77)
    sources.main(lint, lambda: list(self_test()))
