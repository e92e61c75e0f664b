#!/usr/bin/env python3
"""size.py WASM: what a browser loads stays small (docs/WASM.md)."""
import gzip, sys

MOST = 250_000    # bytes, gzipped


def main():
    with open(sys.argv[1], 'rb') as file: module = file.read()
    packed = len(gzip.compress(module, 9))
    fits = len(gzip.compress(module + bytes(range(256)) * 2, 9)) > packed    # the measure can grow
    ok = packed <= MOST and fits and module[:4] == b'\0asm'
    print(f'odx.wasm: {len(module)} bytes, {packed} gzipped, at most {MOST}')
    print(f'{int(ok)} passed, {int(not ok)} failed')
    return not ok


sys.exit(main())
