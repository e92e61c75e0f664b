#!/usr/bin/env python3
"""reference.py ODX [--bless]: docs/reference/TABLE.md is what `odx catalogue TABLE --markdown` prints."""
import json
import os
import subprocess
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/reference')


def main():
    odx, bless = sys.argv[1], '--bless' in sys.argv
    tables = list(json.loads(subprocess.run([odx, 'catalogue'], capture_output=True, check=True).stdout))
    failed = 0
    os.makedirs(FOLDER, exist_ok=True)
    for name in tables:
        page = subprocess.run([odx, 'catalogue', name, '--markdown'], capture_output=True, check=True).stdout
        path = os.path.join(FOLDER, name + '.md')
        if os.path.exists(path) and open(path, 'rb').read() == page:
            continue
        failed += 1
        print(f'docs/reference/{name}.md is not what the table says' + (': written anew' if bless else ''))
        if bless:
            open(path, 'wb').write(page)
    for file in sorted(os.listdir(FOLDER)):
        if file.endswith('.md') and file[:-3] not in tables:
            failed += 1
            print(f'docs/reference/{file} belongs to no table')
    print(f'{len(tables) - failed} passed, {failed} failed')
    return 1 if failed and not bless else 0


if __name__ == '__main__':
    sys.exit(main())
