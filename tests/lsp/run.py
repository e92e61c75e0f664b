#!/usr/bin/env python3
"""run.py ODX SOURCE_ROOT BUILD_ROOT: a published client library drives the language server (session.mjs).

Installs the library of package-lock.json once.  Skips with a line when node or npm is absent."""
import os
import shutil
import subprocess
import sys

odx, source, build = sys.argv[1:4]
here = os.path.join(source, 'tests', 'lsp')
work = os.path.join(build, 'lsp')


def skip(why):
    print(f'skipped: {why}')
    print('0 passed, 0 failed, 1 skipped')
    sys.exit(0)


if not shutil.which('node') or not shutil.which('npm'):
    skip('node and npm are not installed')
os.makedirs(work, exist_ok=True)
for name in ('package.json', 'package-lock.json'):
    shutil.copy(os.path.join(here, name), work)
if not os.path.isdir(os.path.join(work, 'node_modules', 'vscode-languageserver-textdocument')):
    if subprocess.run(['npm', 'ci', '--silent', '--no-audit', '--no-fund'], cwd=work).returncode:
        skip('npm cannot fetch the client library')
sys.exit(subprocess.run(['node', os.path.join(here, 'session.mjs'), odx, work]).returncode)
