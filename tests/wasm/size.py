#!/usr/bin/env python3
"""size.py WASM small|large: what a browser loads stays small; large says that it was built without wasm-opt."""
import gzip, sys

MOST = 250_000    # bytes, gzipped: the bar (docs/WASM.md)


def main():
    with open(sys.argv[1], 'rb') as file: module = file.read()
    packed = len(gzip.compress(module, 9))
    print(f'odx.wasm: {len(module)} bytes, {packed} gzipped, at most {MOST}')
    if sys.argv[2] == 'large':
        print('odx.wasm is not measured: no wasm-opt (binaryen) here')
        return 77
    can_grow = len(gzip.compress(module + bytes(range(256)) * 2, 9)) > packed
    ok = packed <= MOST and can_grow and module[:4] == b'\0asm'
    print(f'{int(ok)} passed, {int(not ok)} failed')
    return not ok


sys.exit(main())
