#!/usr/bin/env python3
"""pages.py PAGE_OF [--bless]: pages of results made by hand are well-formed, refer to nothing outside, and one is as it was.

Tags close in their order, ids are unique, what is referred to is there, text from outside stays text, and the page's
policy knows its own style and script and no other."""
import base64, hashlib, os, re, subprocess, sys
from html.parser import HTMLParser

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN, GOLDEN_NAME = os.path.join(HERE, 'full.html'), 'full'
VOID = {'meta', 'br', 'path'}
REFERS = {'src', 'href', 'action', 'data', 'poster', 'srcset', 'background', 'xlink:href', 'formaction'}
LEVELS = {'h1': 1, 'h2': 2, 'h3': 3}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.wants, self.bad, self.tags = [], [], [], [], {}
        self.raw, self.level, self.cells, self.heads = {'style': [], 'script': []}, 0, None, 0
        self.feed(text)
        self.close()
        self.bad += [f'<{tag}> is never closed' for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names): self.bad.append(f'<{tag}> says something twice')
        for name, value in attrs:
            if name == 'id': self.ids.append(value)
            if name.startswith('on') or name == 'style': self.bad.append(f'<{tag} {name}>')
            if name in REFERS and not value.startswith('#'): self.bad.append(f'<{tag} {name}="{value}">')
            if name == 'href': self.wants.append(value[1:])
            if name in ('aria-labelledby', 'aria-describedby'): self.wants += value.split()
        if tag == 'svg' and not {'viewbox', 'role', 'aria-labelledby'} <= set(names): self.bad.append('a bare <svg>')
        if tag in LEVELS:
            if LEVELS[tag] > self.level + 1: self.bad.append(f'<{tag}> below level {self.level}')
            self.level = LEVELS[tag]
        if tag == 'table': self.heads = 0
        if tag == 'th' and ('scope', 'col') in attrs: self.heads += 1
        if tag == 'tr': self.cells = 0
        if tag in ('td', 'th') and self.cells is not None: self.cells += int(dict(attrs).get('colspan') or 1)
        if tag not in VOID: self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID: self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag: self.bad.append(f'</{tag}> in {self.open[-3:]}')
        else: self.open.pop()
        if tag == 'tr' and self.cells != self.heads: self.bad.append(f'{self.cells} cells below {self.heads} heads')

    def handle_data(self, data):
        if self.open and self.open[-1] in self.raw: self.raw[self.open[-1]].append(data)


def outside(text):
    """References that a browser would follow, wherever they hide."""
    return re.findall(r'(?i)\bhttps?:|//[a-z0-9-]+\.|@import|url\(|\bimport\s*\(|\bfetch\s*\(', text)


def policy_of(text):
    return re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)


def complaints(text):
    page = Page(text)
    yield from page.bad
    for what in outside(text): yield f'refers to the outside: {what}'
    if len(set(page.ids)) < len(page.ids): yield 'an id stands twice'
    for want in page.wants:
        if want not in page.ids: yield f'no element is #{want}'
    for kind, parts in page.raw.items():
        own = base64.b64encode(hashlib.sha256(''.join(parts).encode()).digest()).decode()
        if page.tags.get(kind) != 1: yield f'{page.tags.get(kind)} <{kind}>'
        if f"{kind}-src 'sha256-{own}'" not in policy_of(text): yield f'the policy does not know its {kind}'
    if not policy_of(text).startswith("default-src 'none';"): yield 'the policy lets something in'
    if re.search(r'(?<![a-z])nan(?![a-z])|(?<![a-z])inf(?![a-z])', text): yield 'a figure that is none'
    if '{}' in re.sub(r'&lt;.*', '', text.split('<script>')[0]): yield 'a word without its figure'


def self_test():
    """What must be noticed in a page that is well otherwise."""
    page = subprocess.run([page_of, GOLDEN_NAME], capture_output=True, text=True, check=True).stdout
    for name, change in [
            ('an open tag', lambda t: t.replace('</figure>', '', 1)),
            ('an image', lambda t: t.replace('<h1>', '<img src="a.png"></img><h1>', 1)),
            ('an address', lambda t: t.replace('<h1>', '<h1>https://x ', 1)),
            ('a handler', lambda t: t.replace('<h1>', '<h1 onclick="x">', 1)),
            ('an id twice', lambda t: t.replace('id="equity-d"', 'id="equity-t"', 1)),
            ('a changed script', lambda t: t.replace("'use strict'", "'use loose'", 1)),
            ('a second script', lambda t: t.replace('<h1>', '<script>x</script><h1>', 1)),
            ('a lost cell', lambda t: t.replace('<td class="l">resolved</td>', '', 1)),
            ('a link to nothing', lambda t: t.replace('href="#results"', 'href="#nothing"', 1)),
            ('no number', lambda t: t.replace('d="M', 'd="Mnan ', 1)),
            ('an empty place', lambda t: t.replace('<h1>', '<h1>{}', 1))]:
        changed = change(page)
        if changed == page: yield f'self-test: {name} could not be put in'
        elif not list(complaints(changed)): yield f'self-test: {name} is not noticed'


page_of, bless = sys.argv[1], '--bless' in sys.argv
bad, names = list(self_test()), subprocess.run([page_of], capture_output=True, text=True, check=True).stdout.split()
for name in names:
    text = subprocess.run([page_of, name], capture_output=True, check=True).stdout.decode('utf-8')
    bad += [f'{name}: {what}' for what in complaints(text)]
    if name == GOLDEN_NAME and bless: open(GOLDEN, 'w', encoding='utf-8').write(text)
    if name == GOLDEN_NAME and open(GOLDEN, encoding='utf-8').read() != text:
        bad.append(f'{name}: is not as in {os.path.relpath(GOLDEN)}; look at both, then {" ".join(sys.argv)} --bless')
print(*bad[:40], f'{len(names)} pages, {len(bad)} complaints', sep='\n')
sys.exit(1 if bad else 0)
