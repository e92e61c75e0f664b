#!/usr/bin/env python3
"""size.py small|large WASM...: what a browser loads stays small; large says that it was built without wasm-opt."""
import gzip, os, sys

MOST = {'odx.wasm': 250_000, 'odx-backtest.wasm': 400_000}    # bytes, gzipped: the bars (docs/WASM.md)


def fits(path):
    name = os.path.basename(path)
    with open(path, 'rb') as file: module = file.read()
    packed = len(gzip.compress(module, 9))
    print(f'{name}: {len(module)} bytes, {packed} gzipped, at most {MOST[name]}')
    can_grow = len(gzip.compress(module + bytes(range(256)) * 2, 9)) > packed
    return packed <= MOST[name] and can_grow and module[:4] == b'\0asm'


def main():
    fine = [fits(path) for path in sys.argv[2:]]
    if sys.argv[1] == 'large':
        print('the modules are not measured: no wasm-opt (binaryen) here')
        return 77
    print(f'{sum(fine)} passed, {len(fine) - sum(fine)} failed')
    return not all(fine)


sys.exit(main())
