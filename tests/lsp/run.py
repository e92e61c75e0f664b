#!/usr/bin/env python3
"""run.py ODX SOURCE_ROOT BUILD_ROOT: a published client library drives the language server (session.mjs).

Installs the library of package-lock.json once.  Skips with a line when node or npm is absent."""
import os
import subprocess
import sys

odx, source, build = sys.argv[1:4]
here = os.path.join(source, 'tests', 'lsp')
work = os.path.join(build, 'lsp')


sys.path.append(os.path.join(source, 'tests', 'harness'))
import npm

npm.install(here, work)
sys.exit(subprocess.run(['node', os.path.join(here, 'session.mjs'), odx, work]).returncode)
