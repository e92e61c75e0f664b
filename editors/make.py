#!/usr/bin/env python3
"""make.py ODX [--bless]: what editors know of the language, made from `odx catalogue`.

Writes the TextMate grammar, the words of the CodeMirror mode and the tables of the playground; without --bless it only says whether the committed
files are what the tables give."""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CONSTANTS = {'true', 'false'}
# Reserved words that do not begin anything but are read as marks between values.
OPERATORS = {'above', 'and', 'below', 'between', 'crosses', 'in', 'is', 'not', 'of', 'or', 'otherwise'}


def table(odx, name):
    done = subprocess.run([odx, 'catalogue', name], capture_output=True, check=True)
    return json.loads(done.stdout)[name]


def kind_of(row):
    """The class of a word: the first that fits."""
    word, use = row['word'], row['use'].split(' | ')
    for kind, fits in (('constant', word in CONSTANTS), ('operator', word in OPERATORS),
                       ('place', 'IN_PLACE' in use), ('item', 'ITEM' in use)):
        if fits:
            return kind
    return 'control'


def words_of(odx):
    words = {kind: [] for kind in ('item', 'control', 'operator', 'constant', 'place')}
    for row in table(odx, 'words'):
        words[kind_of(row)].append(row['word'])
    words['function'] = sorted({re.match(r'\w+', row['function']).group() for row in table(odx, 'functions')})
    return words


# Kind of word -> TextMate scope.
SCOPES = {
    'item': 'keyword.declaration.odx',
    'control': 'keyword.control.odx',
    'operator': 'keyword.operator.word.odx',
    'constant': 'constant.language.odx',
    'place': 'keyword.other.odx',
}


def grammar(words):
    """A dot before a word makes it a field, whatever it is elsewhere; numbers swallow what is glued to them, as the scanner does."""
    digits = '[0-9][0-9_]*'
    number = rf'(?<!\w)(?:\$[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.{digits})?|\$?{digits}(?:\.{digits})?(?:[A-Za-z_%$][\w%$]*)?)'
    patterns = [
        {'name': 'comment.line.documentation.odx', 'match': '##.*$'},
        {'name': 'comment.line.number-sign.odx', 'match': '#.*$'},
        {'name': 'string.quoted.double.odx', 'match': r'"(?:[^"\\]|\\.)*"?',
         'captures': {'0': {'patterns': [{'name': 'constant.character.escape.odx', 'match': r'\\.'}]}}},
        {'name': 'constant.numeric.odx', 'match': number},
        {'name': 'variable.other.property.odx', 'match': r'(?<=[^.]\.)[A-Za-z_]\w*'},
        {'name': 'support.function.odx', 'match': rf'\b(?:{"|".join(words["function"])})\b(?=\s*\()'},
    ]
    for kind, scope in SCOPES.items():
        patterns.append({'name': scope, 'match': rf'\b(?:{"|".join(words[kind])})\b'})
    patterns += [
        {'name': 'variable.other.odx', 'match': r'[A-Za-z_]\w*'},
        {'name': 'keyword.operator.odx', 'match': r'->|<=|>=|\.\.|[-+*/=<>]'},
        {'name': 'punctuation.odx', 'match': r'[{}()\[\],:.]'},
    ]
    return {'$schema': 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
            'name': 'Oddex', 'scopeName': 'source.odx', 'fileTypes': ['odx'], 'patterns': patterns}


def typescript(odx):
    """The tables that the playground shows and edits by."""
    text = '// catalogue.ts — made by editors/make.py from `odx catalogue`; edit the tables, not this file.\n'
    for name in ('fields', 'functions', 'nodes', 'reasons'):
        rows = ''.join('  ' + json.dumps(row, ensure_ascii=False) + ',\n' for row in table(odx, name))
        text += f'\nexport const {name} = [\n{rows}] as const;\n'
    return text


def outputs(odx):
    words = words_of(odx)
    script = ('// words.js — made by editors/make.py from `odx catalogue`; edit the tables, not this file.\n'
              'export const words = ' + json.dumps(words, indent=2) + '\n')
    return {'vscode/syntaxes/odx.tmLanguage.json': json.dumps(grammar(words), indent=2, ensure_ascii=False) + '\n',
            'codemirror/words.js': script,
            '../editor-web/src/shared/generated/catalogue.ts': typescript(odx)}


def main():
    odx, bless = sys.argv[1], '--bless' in sys.argv
    failed = 0
    files = outputs(odx)
    for name, text in files.items():
        path = os.path.join(HERE, name)
        if os.path.exists(path) and open(path, encoding='utf-8').read() == text:
            continue
        failed += 1
        print(f'{os.path.normpath("editors/" + name)} is not what the tables give' + (': written anew' if bless else '; run editors/make.py'))
        if bless:
            open(path, 'w', encoding='utf-8').write(text)
    print(f'{len(files) - failed} passed, {failed} failed')
    return 1 if failed and not bless else 0


if __name__ == '__main__':
    sys.exit(main())
