#!/usr/bin/env python3
"""files.py ODX SOURCE_ROOT: the extension names files that exist and works in front of the server (extension.mjs), and
the workflow's commands work on the examples."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

odx, source = os.path.abspath(sys.argv[1]), sys.argv[2]
VSCODE = os.path.join(source, 'editors/vscode')
WORKFLOW = os.path.join(source, 'editors/github/odx.yml')


def paths_of(node):
    """All relative paths that a manifest names."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return [p for child in node for p in paths_of(child)]
    return [node] if isinstance(node, str) and node.startswith('./') else []


def manifest_is_whole():
    package = json.load(open(os.path.join(VSCODE, 'package.json'), encoding='utf-8'))
    json.load(open(os.path.join(VSCODE, 'language-configuration.json'), encoding='utf-8'))
    named = paths_of(package)
    missing = [p for p in named if not os.path.exists(os.path.join(VSCODE, p))]
    script = open(os.path.join(VSCODE, 'extension.js'), encoding='utf-8').read()
    commands = [c['command'] for c in package['contributes']['commands']]
    missing += [c for c in commands if f"'{c}'" not in script]
    return named and not missing, f'the manifest names what is not there: {missing}'


def workflow_runs():
    """Every `run: odx ...` of the workflow, in a folder with the examples and modules, ends well."""
    commands = re.findall(r'^ +run: (odx .*)$', open(WORKFLOW, encoding='utf-8').read(), re.M)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(source, 'examples'), os.path.join(folder, 'examples'))
        path = os.path.dirname(odx) + ':' + os.environ['PATH']
        bad = [c for c in commands
               if subprocess.run(['bash', '-c', c], cwd=folder, env=dict(os.environ, PATH=path), capture_output=True).returncode]
        sarif = os.path.join(folder, 'odx.sarif')
        has_sarif = os.path.exists(sarif) and json.load(open(sarif, encoding='utf-8'))['version'] == '2.1.0'
    return len(commands) >= 4 and not bad and has_sarif, f'the workflow fails at: {bad or commands}'


def extension_works():
    script = os.path.join(source, 'tests/editors/extension.mjs')
    done = subprocess.run(['node', script, odx], capture_output=True, text=True, timeout=60)
    return done.returncode == 0, done.stdout + done.stderr


def main():
    failed = 0
    checks = [manifest_is_whole, workflow_runs]
    if shutil.which('node'): checks.append(extension_works)
    else: print('skipped the extension: node is not installed')
    for check in checks:
        ok, why = check()
        if not ok:
            failed += 1
            print(why)
    print(f'{len(checks) - failed} passed, {failed} failed' + ('' if extension_works in checks else ', 1 skipped'))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
