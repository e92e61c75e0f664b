#!/usr/bin/env python3
"""formats.py ODX: the machine forms of findings keep what LANGUAGE.md 7.2 promises, on all golden files.

JSON lines: exactly the stable keys.  SARIF: the structure that 2.1.0 requires, worst first, cut at 5,000 with a
note, safe fixes only, fingerprints that survive edits above.  GitHub: its limits, its escapes, the summary."""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ('check', 'prove', 'parse')
DOCUMENTS = ('documents', 'messages', 'views')
KEYS = ['code', 'level', 'title', 'file', 'span', 'label', 'related', 'facts', 'fixes', 'graph', 'explain']
LEVELS = ['error', 'warning', 'note']
odx, bad, done = None, [], 0


def expect(ok, what):
    global done
    done += 1
    if not ok: bad.append(what)


def run(folder, form, *paths, env=None):
    return subprocess.run([odx, 'check', '--format', form, *paths], cwd=folder, capture_output=True, timeout=60,
                          env={k: v for k, v in os.environ.items() if k != 'GITHUB_STEP_SUMMARY'} | (env or {}))


# ---- JSON lines


def check_span(span, text, what):
    expect(list(span) == ['start', 'end', 'bytes'], f'{what}: keys of a span: {list(span)}')
    begin, end = span['bytes']
    expect(0 <= begin <= end <= len(text), f'{what}: bytes {begin} to {end} of {len(text)}')
    line = text.count(b'\n', 0, begin) + 1
    expect(span['start'][0] == line, f'{what}: line {span["start"][0]}, not {line}')
    expect(min(*span['start'], *span['end']) >= 1, f'{what}: lines and columns begin at 1')


def check_graph(graph, text, what):
    """The pointer leads somewhere; nodes are ids of the document."""
    expect(list(graph) == ['pointer', 'nodes', 'edges'], f'{what}: keys of graph: {graph}')
    at = root = json.loads(text)
    for step in graph['pointer'].split('/')[1:]:
        step = step.replace('~1', '/').replace('~0', '~')
        at = at[int(step)] if isinstance(at, list) else at[step]
    ids = {n.get('id') for n in root.get('nodes', [])}
    expect(set(graph['nodes']) <= ids, f'{what}: nodes {graph["nodes"]}')


def check_finding(f, folder, what):
    expect(list(f) == KEYS, f'{what}: keys {list(f)}')
    expect(re.fullmatch(r'ODX\d{3}', f['code']) and f['level'] in LEVELS, f'{what}: {f["code"]} {f["level"]}')
    expect(f['title'] and f['explain'] == f'odx explain {f["code"]}', f'{what}: {f}')
    if f['file'].startswith('std/'): return
    with open(os.path.join(folder, f['file']), 'rb') as file: text = file.read()
    if f['file'].endswith('.json'): check_graph(f['graph'], text, what)
    else: expect(f['graph'] is None, f'{what}: a pointer into a text')
    check_span(f['span'], text, what)
    for r in f['related']:
        expect(list(r) in (['span', 'label'], ['file', 'span', 'label']), f'{what}: keys of related: {list(r)}')
        if 'file' not in r: check_span(r['span'], text, what)
    for fix in f['fixes']:
        expect(list(fix) == ['title', 'class', 'edits'], f'{what}: keys of a fix: {list(fix)}')
        expect(fix['class'] in ('none', 'safe', 'suggested', 'choice'), f'{what}: class {fix["class"]}')
        expect(fix['edits'] or fix['class'] in ('none', 'choice', 'suggested'), f'{what}: a safe fix without edits')
        for e in fix['edits']:
            expect(list(e) == ['bytes', 'insert'] and 0 <= e['bytes'][0] <= e['bytes'][1] <= len(text),
                   f'{what}: an edit: {e}')


def check_json(folder, names):
    for name in names:
        for line in run(folder, 'json', name).stdout.decode().split('\n')[:-1]:
            check_finding(json.loads(line), folder, f'{name}: json')


# ---- SARIF


def check_region(region, what):
    expect(set(region) <= {'startLine', 'startColumn', 'endLine', 'endColumn'}, f'{what}: {region}')
    expect(all(isinstance(v, int) and v >= 1 for v in region.values()), f'{what}: a region begins at 1: {region}')
    expect((region['startLine'], region['startColumn']) <= (region['endLine'], region['endColumn']),
           f'{what}: ends before it begins: {region}')


def check_place(place, what):
    uri = place['artifactLocation']['uri']
    expect(re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri) and not uri.startswith(('/', 'file:')), f'{what}: uri {uri}')
    check_region(place['region'], what)


def check_rule(rule, what):
    for key in ('shortDescription', 'fullDescription'):
        expect(rule[key]['text'], f'{what}: {key}')
    expect(re.fullmatch(r'ODX\d{3}', rule['id']) and re.fullmatch(r'\w+', rule['name']), f'{what}: {rule["id"]}')
    expect(rule['help']['text'] and rule['help']['markdown'], f'{what}: help of {rule["id"]}')
    expect(rule['defaultConfiguration']['level'] in ('none', *LEVELS), f'{what}: level of {rule["id"]}')
    expect(len(rule['properties']['tags']) == 1, f'{what}: tags of {rule["id"]}')


def check_result(result, rules, what):
    expect(rules[result['ruleIndex']]['id'] == result['ruleId'], f'{what}: ruleIndex of {result["ruleId"]}')
    expect(result['level'] in LEVELS and result['message']['text'], f'{what}: {result["ruleId"]}')
    expect(len(result['locations']) == 1, f'{what}: one location')
    for at in result['locations'] + result.get('relatedLocations', []):
        check_place(at['physicalLocation'], what)
    for fix in result.get('fixes', []):
        for change in fix['artifactChanges']:
            expect(change['replacements'] and fix['description']['text'], f'{what}: an empty fix')
            for r in change['replacements']: check_region(r['deletedRegion'], what)
    prints = result['partialFingerprints']
    expect(set(prints) == {'primaryLocationLineHash', 'odxStable/v1'}, f'{what}: {prints}')
    expect(re.fullmatch(r'[0-9a-f]{16}:\d+', prints['primaryLocationLineHash']), f'{what}: {prints}')
    expect(re.fullmatch(r'[0-9a-f]{16}', prints['odxStable/v1']), f'{what}: {prints}')


def check_log(log, what):
    expect(log['version'] == '2.1.0' and log['$schema'].endswith('sarif-2.1.0.json'), f'{what}: version')
    expect(len(log['runs']) == 1, f'{what}: one run')
    one = log['runs'][0]
    driver = one['tool']['driver']
    expect(driver['name'] == 'odx' and driver['version'], f'{what}: driver')
    expect(re.fullmatch(r'\d+\.\d+\.\d+', driver['semanticVersion']), f'{what}: semantic version')
    ids = [rule['id'] for rule in driver['rules']]
    expect(len(set(ids)) == len(ids), f'{what}: a rule twice')
    expect(set(ids) == {r['ruleId'] for r in one['results']} or len(one['results']) == 5000, f'{what}: rules that appear')
    for rule in driver['rules']: check_rule(rule, what)
    for result in one['results']: check_result(result, driver['rules'], what)
    ranks = [LEVELS.index(r['level']) for r in one['results']]
    expect(ranks == sorted(ranks), f'{what}: worst first')
    expect(len({r['partialFingerprints']['primaryLocationLineHash'] for r in one['results']}) == len(ranks),
           f'{what}: alerts that cannot be told apart')
    return one


def prints_of(folder, name):
    one = json.loads(run(folder, 'sarif', name).stdout)['runs'][0]
    return collections.Counter((r['ruleId'], *r['partialFingerprints'].values()) for r in one['results']
                               if r['ruleId'] != 'ODX506')


def check_stable(folder, names):
    """Lines above do not change what a finding is known by."""
    for name in names:
        path = os.path.join(folder, name)
        with open(path, 'rb') as f: text = f.read()
        first, newline, rest = text.partition(b'\n')
        if first.strip() != b'odx 1': continue
        before = prints_of(folder, name)
        with open(path, 'wb') as f: f.write(first + newline + b'\n\n\n\n' + rest)
        expect(prints_of(folder, name) == before, f'{name}: sarif: fingerprints change with lines above')
        with open(path, 'wb') as f: f.write(text)


def check_safe_only(folder, names):
    for name in names:
        found = [json.loads(line) for line in run(folder, 'json', name).stdout.decode().split('\n')[:-1]]
        safe = sum(fix['class'] == 'safe' and bool(fix['edits']) for f in found for fix in f['fixes'])
        results = json.loads(run(folder, 'sarif', name).stdout)['runs'][0]['results']
        shown = [r for r in results if not r.get('suppressions')]
        expect(sum(len(r.get('fixes', [])) for r in shown) == safe, f'{name}: sarif: safe fixes, all and only')


def check_cut(folder):
    with open(os.path.join(folder, 'many.odx'), 'w', encoding='utf-8') as f:
        f.write('odx 1\n\nstrategy "T"\n\n' + ''.join(f'let a{i} = 1\n' for i in range(5200)))
    one = check_log(json.loads(run(folder, 'sarif', 'many.odx').stdout), 'many.odx: sarif')
    notes = [n for i in one.get('invocations', []) for n in i['toolExecutionNotifications']]
    expect(len(one['results']) == 5000, f'many.odx: sarif: {len(one["results"])} results')
    expect(len(notes) == 1 and '5000' in notes[0]['message']['text'], f'many.odx: sarif: closing note {notes}')


# ---- GitHub

COMMAND = re.compile(r'::(notice|error|warning) ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*)::(.*)')


def check_github(folder, names):
    summary = os.path.join(folder, 'summary.md')
    done = run(folder, 'github', *names, env={'GITHUB_STEP_SUMMARY': summary})
    lines = done.stdout.decode(errors='replace').splitlines()
    commands = [COMMAND.fullmatch(line) for line in lines]
    expect(all(commands), f'github: not a command: {[l for l, c in zip(lines, commands) if not c][:1]}')
    kinds = collections.Counter(c.group(1) for c in commands if c)
    expect(lines[0].startswith('::notice title=odx::') and kinds['notice'] == 1, 'github: totals first')
    expect(kinds['error'] == 10 and kinds['warning'] == 10, f'github: {kinds}')
    expect(all(re.sub('%(25|0D|0A|3A|2C)', '', l).count('%') == 0 for l in lines), 'github: a bare %')
    total = sum(int(n.replace(',', '')) for n in re.findall(r'([\d,]+) (?:error|warning|note)', lines[0]))
    with open(summary, encoding='utf-8', errors='replace') as f: rows = f.read().splitlines()
    table = [r for r in rows if r.startswith('| ')]
    expect(rows[0] == lines[0].split('::')[-1] and len(table) == total + 1, f'github: {len(table)} rows for {total}')
    expect(all(re.sub(r'\\\|', '', r).count('|') == 5 for r in table), 'github: a cell breaks the table')


def check_escapes(folder):
    name = 'a,b:c%d.odx'
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as f:
        f.write('odx 1\n\nstrategy "T"\n\nshow a = 3% + "x"\nshow b = 1 %\n')
    lines = run(folder, 'github', name).stdout.decode().splitlines()[1:]
    expect(lines and all('file=a%2Cb%3Ac%25d.odx,line=' in line for line in lines), f'github: escapes: {lines}')
    expect(any('%25' in line.rpartition('::')[2] for line in lines), f'github: % in a title: {lines}')


def main():
    global odx
    odx = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as parent:
        for folder in FOLDERS + DOCUMENTS: shutil.copytree(os.path.join(HERE, folder), os.path.join(parent, folder))
        names = sorted(os.path.join(folder, name) for folder in FOLDERS
                       for name in os.listdir(os.path.join(parent, folder)) if name.endswith('.odx'))
        check_json(parent, names + sorted(os.path.join(folder, name) for folder in DOCUMENTS
                                          for name in os.listdir(os.path.join(parent, folder)) if name.endswith('.json')))
        check_log(json.loads(run(parent, 'sarif', *names).stdout), 'all: sarif')
        check_safe_only(parent, names)
        check_stable(parent, names)
        check_cut(parent)
        check_github(parent, names)
        check_escapes(parent)
    for text in bad[:40]: print(text)
    print(f'{done - len(bad)} passed, {len(bad)} failed')
    return 1 if bad or not done else 0


if __name__ == '__main__':
    sys.exit(main())
