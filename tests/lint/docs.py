#!/usr/bin/env python3
"""docs.py BUILD — links in the pages lead somewhere, and commands in ```sh blocks work.

The node types of docs/DOCUMENT.md are those of the table that graphs are read and written by.
A line that begins with `build/odx` is run, in a scratch folder that looks like the repository; it
must exit 0, or N when it ends with `# exit N`.  Other lines must begin with one of ELSEWHERE: those are
run by other tests, or ask for what a test may not do.  The commands that `./dev run` prints are run too.
"""
import os, re, subprocess, sys, tempfile

import sources

LINK = re.compile(r'\[[^\]\n]*\]\(([^)\s]+)\)')
FENCE = re.compile(r'^```(\w*)\n(.*?)^```', re.M | re.S)
TRY_FIRST = re.compile(r"^try_first\(\) \{\n  cat <<'END'\n(.*?)^END", re.M | re.S)
ELSEWHERE = ('./dev ', 'git clone ', 'cd ', 'meson ', 'ninja ', 'bash .ci/run', 'cc ', 'node tests/', 'tests/', 'build/tests/')
SECONDS = 20


def anchor(heading):
    """The id that a heading gets: lower case, blanks to dashes, punctuation dropped."""
    return re.sub(r'[^\w\- ]', '', heading.strip().lower()).replace(' ', '-')


def dead_links(path, text, exists, read):
    prose = re.sub(r'`[^`\n]*`', '', FENCE.sub(lambda m: '\n' * m.group().count('\n'), text))
    for match in LINK.finditer(prose):
        target, _, part = match.group(1).partition('#')
        if re.match(r'[a-z]+:', target): continue
        full = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
        place = f'{path}:{sources.line_of(prose, match.start())}'
        if not exists(full): yield f'{place}: {target} does not exist'
        elif part and full.endswith('.md'):
            headings = re.findall(r'^#+ (.*)$', text if full == path else read(full), re.M)
            if part not in map(anchor, headings): yield f'{place}: {full} has no heading #{part}'


def commands(path, text):
    """(place, command, expected exit code) of the lines in ```sh blocks."""
    blocks = [(m.start(2), m.group(2)) for m in FENCE.finditer(text) if m.group(1) == 'sh']
    blocks += [(m.start(1), m.group(1)) for m in TRY_FIRST.finditer(text)]
    for start, block in blocks:
        line = sources.line_of(text, start)
        for i, row in enumerate(block.replace('\\\n', '  ').splitlines()):
            command = row.strip()
            code = re.search(r'# exit (\d)$', command)
            if command and not command.startswith('#'):
                yield f'{path}:{line + i}', command, int(code.group(1)) if code else 0


def scratch(folder, build):
    """A folder where `build/odx`, `examples/...` and the like resolve and writing does no harm."""
    for name in os.listdir(sources.ROOT):
        if not name.startswith(('.', 'build')): os.symlink(os.path.join(sources.ROOT, name), os.path.join(folder, name))
    os.symlink(os.path.abspath(build), os.path.join(folder, 'build'))


def run(place, command, want, folder):
    try:
        done = subprocess.run(['bash', '-c', command], cwd=folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=SECONDS,
                              env=dict(os.environ, XDG_STATE_HOME=os.path.join(folder, 'state')))
    except subprocess.TimeoutExpired:
        return [f'{place}: {command}: still running after {SECONDS} s']
    if done.returncode == want: return []
    last = (done.stderr or done.stdout).strip().splitlines()[-1:]
    return [f"{place}: {command}: exit {done.returncode}, expected {want}: {' '.join(last)}"]


def check_commands(rows, folder, has_odx):
    for place, command, want in rows:
        if command.startswith('build/odx'):
            if has_odx: yield from run(place, command, want, folder)
        elif not command.startswith(ELSEWHERE):
            yield f'{place}: {command}: neither run nor listed (ELSEWHERE in docs.py)'


NODE = re.compile(r'^NODE_JSON\((\w+), "([^"]*)", (\w+), "([^"]*)", "([^"]*)", "([^"]*)"\)$', re.M)
NODE_ROW = re.compile(r'^\| `\w+` \|[^|\n]*\|[^|\n]*\|[^|\n]*\|$', re.M)


def node_rows(table):
    """The rows of nodes_json.def as the page has them."""
    words = lambda texts: ', '.join(f'`{word}`' for word in texts.split())
    return [f'| `{name}` | {words(handles)} | {words(keys)} | {says} |'
            for _, name, _, handles, keys, says in NODE.findall(table)]


def nodes(page, table):
    """Rows of the page about node types against those of the table, in its order."""
    start = page.find('| Type | Inputs |')
    end = page.find('\n\n', start)
    squeeze = lambda row: re.sub(r'\| +\|', '|  |', row)
    got, want = [squeeze(row) for row in NODE_ROW.findall(page[start:end])[1:]], [squeeze(row) for row in node_rows(table)]
    if not want: yield 'compiler/views/nodes_json.def: no rows found'
    for row in want:
        if row not in got: yield f'docs/DOCUMENT.md: the node types lack: {row}'
    for row in got:
        if row not in want: yield f'docs/DOCUMENT.md: compiler/views/nodes_json.def does not say: {row}'
    if sorted(got) == sorted(want) and got != want: yield 'docs/DOCUMENT.md: the node types stand in another order'


def decisions(pages):
    """Decision records: docs/decisions/NNNN-title.md, each number once, the number in the title."""
    seen = {}
    for path, text in pages:
        if not path.startswith('docs/decisions/'): continue
        name = re.match(r'docs/decisions/(\d{4})-[a-z0-9-]+\.md$', path)
        if not name: yield f'{path}: not named NNNN-title.md'
        elif name.group(1) in seen: yield f'{path}: {seen[name.group(1)]} has this number'
        elif not text.startswith(f'# {name.group(1)} '): yield f'{path}:1: the title does not begin with its number'
        if name: seen.setdefault(name.group(1), path)


def lint():
    build = sys.argv[1]
    has_odx = os.access(os.path.join(build, 'odx'), os.X_OK)
    pages = [(path, sources.read(path)) for path in sources.tracked('.md')]
    rows = [row for path, text in pages + [('dev', sources.read('dev'))] for row in commands(path, text)]
    exists = lambda path: os.path.exists(os.path.join(sources.ROOT, path))
    findings = [f for path, text in pages for f in dead_links(path, text, exists, sources.read)]
    findings += decisions(pages)
    findings += nodes(sources.read('docs/DOCUMENT.md'), sources.read('compiler/views/nodes_json.def'))
    if not has_odx: print('skipped commands of build/odx: the program is not built here')
    with tempfile.TemporaryDirectory() as folder:
        scratch(folder, build)
        return findings + list(check_commands(rows, folder, has_odx))


SELF_TEST_LINKS = [('[a](b.md)', 0), ('[a](c.md)', 1), ('[a](https://x.org/y)', 0), ('`[a](c.md)`', 0),
                   ('[a](b.md#two-words)', 0), ('[a](b.md#three)', 1), ('# Top\n[a](#top) [b](#bottom)', 1)]
SELF_TEST_DECISIONS = [('docs/decisions/0001-a.md', '# 0001 — A'), ('docs/decisions/0001-b.md', '# 0001 — B'),
                       ('docs/decisions/note.md', '# Note'), ('docs/decisions/0002-c.md', '# C')]
SELF_TEST_COMMANDS = [('```sh\nmake\n```\n', 1), ('```sh\n./dev build\n```\n', 0), ('```c\nmake\n```\n', 0),
                      ('```sh\nbuild/odx check\n```\n', 1), ('```sh\nbuild/odx check # exit 3\n```\n', 0)]


SELF_TEST_TABLE = 'NODE_JSON(A, "a", VALUE, "x y?", "", "`f(x)`")\nNODE_JSON(B, "b", SINK, "", "k", "b")\n'
SELF_TEST_ROWS = ['| `a` | `x`, `y?` |  | `f(x)` |', '| `b` |  | `k` | b |']
SELF_TEST_NODES = [(SELF_TEST_ROWS, 0), (SELF_TEST_ROWS[:1], 1), (SELF_TEST_ROWS[::-1], 1),
                   (['| `a` | `x` |  | `f(x)` |', SELF_TEST_ROWS[1]], 2)]


def self_test():
    for rows, want in SELF_TEST_NODES:
        head = ['| Type | Inputs | `data` | In text |', '|---|---|---|---|', '| `type` | `handles` | `data` | what |']
        got = list(nodes('\n'.join(head + rows) + '\n\n', SELF_TEST_TABLE))
        if len(got) != want: yield f'node types {rows!r}: {got}, expected {want} findings'
    for text, want in SELF_TEST_LINKS:
        got = list(dead_links('a.md', text, lambda p: p in ('a.md', 'b.md'), lambda p: '# Two words\n'))
        if len(got) != want: yield f'{text!r}: {got}, expected {want} findings'
    if len(list(decisions(SELF_TEST_DECISIONS))) != 3: yield 'decision records: expected 3 findings'
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'build'))
        with open(os.path.join(folder, 'build/odx'), 'w', encoding='utf-8') as f: f.write('#!/bin/sh\nexit 3\n')
        os.chmod(os.path.join(folder, 'build/odx'), 0o755)
        for text, want in SELF_TEST_COMMANDS:
            got = list(check_commands(commands('a.md', text), folder, True))
            if len(got) != want: yield f'{text!r}: {got}, expected {want} findings'


if __name__ == '__main__': sources.main(lint, lambda: list(self_test()))
