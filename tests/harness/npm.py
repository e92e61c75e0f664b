"""npm.py — published JavaScript libraries for tests that hold ours against somebody else's.

install(here, work) puts what here/package-lock.json names into work/node_modules, once per lock file.
Without node, npm or a registry the test is skipped, with a line that says which.
"""
import os
import shutil
import subprocess
import sys


def skip(why):
    print(f'skipped {why}')
    print('0 passed, 0 failed, 1 skipped')
    sys.exit(0)


def install(here, work):
    for tool in ('node', 'npm'):
        if not shutil.which(tool): skip(f'{tool} is not installed')
    os.makedirs(work, exist_ok=True)
    for name in ('package.json', 'package-lock.json'):
        shutil.copy(os.path.join(here, name), work)
    with open(os.path.join(here, 'package-lock.json'), encoding='utf-8') as file: lock = file.read()
    stamp = os.path.join(work, 'node_modules', '.installed')
    if os.path.isfile(stamp) and open(stamp, encoding='utf-8').read() == lock: return
    if subprocess.run(['npm', 'ci', '--silent', '--no-audit', '--no-fund'], cwd=work).returncode:
        skip('npm cannot fetch the libraries of ' + os.path.basename(here))
    with open(stamp, 'w', encoding='utf-8') as file: file.write(lock)
