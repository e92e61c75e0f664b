#!/usr/bin/env python3
"""messages.py — what a trader reads stands in diag.def, and nowhere else in the rooms that report.

A string in these rooms is prose when two words are left of it without `code` and formats, or when a word
goes into a sentence (SAYS).  Code that is written into a strategy, and words of other formats, stand in CODE.
"""
import re

import sources

ROOMS = ('compiler/sema/', 'compiler/prove/', 'compiler/source/', 'compiler/diag/', 'compiler/emit/',
         'compiler/compiler.c')
STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"')
SAYS = re.compile(r'\b(?:arg_str|over_budget|only_slot_market|has_room|want_(?!side|token)\w+|fixed_duration|'
                  r'diag_(?:add|label|mark|fact|help|fix|fix_note))\(([^;]*?);', re.S)
CODE = {    # as it is typed in a strategy, a command or a format
    'hold to resolution', 'hold forever', 'max position $200', 'max loss 3% of equity per day',
    r'stop loss 30%\n  max position $200', ' stale after 3s', 'on fill', 'is not', '::notice title=odx::',
    'odx explain %s', '1 - fill.price', 'is', r'odx 1\n\n', 'up', 'down', 'yes', 'no',
}


def plain(literal):
    """What is left without `code`, formats and escapes."""
    return re.sub(r'`[^`]*`|%[-+#0-9.]*(?:zu|ll?[du]|\.\*s|[a-zA-Z])|\\(?:x[0-9a-f]+|.)', ' ', literal)


def is_prose(literal):
    return literal not in CODE and re.search(r'[a-z]{2,}\s+[a-z]', plain(literal)) is not None


def is_word(literal):
    return literal not in CODE and re.search(r'[a-z]{2,}', plain(literal)) is not None


def check(path, text):
    text = sources.blank(text, keep_strings=True)
    text = re.sub(r'^[ \t]*#[ \t]*include[^\n]*', '', text, flags=re.M)
    places = {m.start(): m.group(1) for m in STRING.finditer(text) if is_prose(m.group(1))}
    for call in SAYS.finditer(text):
        for m in STRING.finditer(call.group()):
            if is_word(m.group(1)): places[call.start() + m.start()] = m.group(1)
    for at, literal in sorted(places.items()):
        yield f'{path}:{sources.line_of(text, at)}: "{literal}": what is said to traders is a row of diag.def'


def lint():
    return [finding for path in sources.tracked('.c', '.h', '.re', '.y') if path.startswith(ROOMS)
            for finding in check(path, sources.read(path))]


def self_test():
    bad = ['return "a stop loss";', 'diag_add(ds, ODX1, at, T_X, arg_str("rules"));', 'over_budget(c, at, "rules", 3);',
           'x = "the `for` is %d long";']
    good = ['return "`stop loss`";', '/* "a stop loss" */', 'buf_str(b, "quote");', 'diag_edit(d, at, SPAN("up"));',
            'diag_label(d, T_X, arg_str("`at`"));', 'insert(d, "hold to resolution");', 'buf_fmt(b, "%s %u", a, b);']
    return ([f'overlooked: {t}' for t in bad if not list(check('compiler/sema/x.c', t))] +
            [f'complains of: {t}' for t in good if list(check('compiler/sema/x.c', t))])


if __name__ == '__main__':
    sources.main(lint, self_test)
