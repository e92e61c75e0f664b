#!/usr/bin/env python3
"""layers.py — every #include against runtime/floors.txt: own room, lower floors, doors, owned libraries."""
import re
from fnmatch import fnmatchcase

import sources

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)
# assert.h is here for static_assert; assert() itself is banned (banned.py).
FREESTANDING = {h + '.h' for h in
                'assert float iso646 limits stdalign stdarg stdbool stddef stdint stdnoreturn string'.split()}
# What libc and the kernel give on Debian; anything else in <> is a library and needs an owner.
LIBC = FREESTANDING | {h + '.h' for h in '''assert ctype dirent dlfcn errno fcntl fenv ftw inttypes locale
    math poll pthread sched setjmp signal stdatomic stdio stdlib termios threads time unistd'''.split()}
# Where plain code does not do; the twin is what a programmer would write by hand.
INTRINSICS = {'vm/kernels_simd.h': 'immintrin.h', 'runtime/bench/lanes_twin.c': 'immintrin.h',
              'runtime/bench/sweep_twin.c': 'immintrin.h'}
LIBC_FOLDERS = ('sys/', 'linux/', 'netinet/', 'arpa/')
GENERATED = 'compiler/source/grammar.c'
COMPILER_FROM_FLOOR = 4    # the engine takes images, not sources


def owners(text):
    """The table of runtime/README.md: header glob -> room."""
    return dict(re.findall(r'^\| `([^`]+\.h|[^`]+/\*)` \| `?([a-z]+)`? \|', text, re.M))


def room_of(path):
    """('vm', ''), ('compiler', ''), ('runtime', 'engine'), ('tests', 'unit')..."""
    parts = path.split('/')
    return (parts[0], parts[1] if parts[0] in ('runtime', 'tests') and len(parts) > 2 else '')


def matches(path, globs):
    return any(fnmatchcase(path, g) and path.count('/') == g.count('/') for g in globs)


def is_door(path, floors):
    return matches(path, floors['door']) and path not in floors['private']


class Rules:
    def __init__(self, floors, library_owners):
        self.floors, self.owners = floors, library_owners

    def floor(self, room):
        pure = self.floors['pure']
        if room in pure: return pure.index(room) - len(pure)    # below 0, in order
        return self.floors['floor'].get(room)

    def system(self, path, header):
        area, room = room_of(path)
        if INTRINSICS.get(path) == header: return None
        if sources.is_pure(path, self.floors['pure']):
            return None if header in FREESTANDING else 'only freestanding headers and string.h here'
        if header in LIBC or header.startswith(LIBC_FOLDERS): return None
        for glob, owner in self.owners.items():
            if fnmatchcase(header, glob):
                return None if room == owner or area == 'tests' else f'belongs to runtime/{owner}'
        return 'nobody owns this library (table in runtime/README.md)'

    def local(self, path, header):
        area, room = room_of(path)
        to_area, to_room = room_of(header)
        if '/' not in header: return 'write includes from the repository root'
        if area == 'tests': return self.from_tests(path, header)
        if (area, room) == (to_area, to_room): return None
        if area == 'runtime' and matches(header, self.floors['peek'].get(room, [])): return None
        if to_area == 'tests': return 'tests/ is not for product code'
        if area == 'vm' or (area == 'compiler' and to_area != 'vm'):
            return f'{area}/ may not include {to_area}/'
        if not is_door(header, self.floors): return 'not a door (door lines of floors.txt)'
        return self.upward(area, room, to_area, to_room)

    def upward(self, area, room, to_area, to_room):
        if area == 'runtime' and self.floor(room) is None: return f'floors.txt has no room {room}'
        if to_area == 'vm': return None
        if to_area == 'compiler':
            low = self.floor(room) < COMPILER_FROM_FLOOR
            return f'compiler/ opens at floor {COMPILER_FROM_FLOOR}' if low else None
        if self.floor(to_room) is None: return f'floors.txt has no room {to_room}'
        return None if self.floor(to_room) < self.floor(room) else f'{to_room} is not below {room}'

    def from_tests(self, path, header):
        to_area, to_room = room_of(header)
        for folder, globs in self.floors['only'].items():
            if path.startswith(folder + '/') and not matches(header, globs):
                return f'{folder} may not know it (only lines of floors.txt)'
        tested = path.split('/')[2] if path.startswith('tests/unit/') else None
        if to_area == 'tests' or is_door(header, self.floors): return None
        if path.startswith('tests/fuzz/'): return None    # a target may sit behind any door
        if header == GENERATED and path.startswith('tests/diff/'): return None    # the parser, with its trace on
        folders = header.split('/')[:-1]
        return None if tested and tested in folders else 'tests use doors; a unit test also its own room'


def check(rules, path, text):
    bare = sources.blank(text, keep_strings=True)
    for match in INCLUDE.finditer(bare):
        local, system = match.groups()
        why = rules.local(path, local) if local else rules.system(path, system)
        if why: yield f'{path}:{sources.line_of(bare, match.start(match.lastindex))}: {local or system}: {why}'


def lint():
    rules = Rules(sources.floors(), owners(sources.read('runtime/README.md')))
    return [finding for path in sources.tracked('.c', '.h', '.re', '.y') if '/golden/' not in path
            for finding in check(rules, path, sources.read(path))]


SELF_TEST = [    # file, include, allowed
    ('vm/a.c', '"vm/base/span.h"', True), ('vm/a.c', '<string.h>', True),
    ('compiler/ir/a.c', '"vm/base/big.h"', False),
    ('vm/a.c', '<stdio.h>', False), ('vm/a.c', '"compiler/compiler.h"', False),
    ('vm/a.c', '"span.h"', False), ('vm/a.c', '"runtime/core/clock.h"', False),
    ('compiler/emit/emit.c', '"compiler/ir/ir.h"', True), ('compiler/ir/a.c', '"vm/format.h"', True),
    ('compiler/ir/a.c', '"runtime/engine/engine.h"', False), ('compiler/ir/a.c', '<math.h>', False),
    ('runtime/engine/a.c', '"runtime/market/book.h"', True),
    ('runtime/market/a.c', '"runtime/engine/engine.h"', False),
    ('runtime/engine/a.c', '"compiler/compiler.h"', False), ('runtime/engine/a.c', '<stdlib.h>', False),
    ('runtime/engine/a.c', '"runtime/core/clock.h"', False),
    ('runtime/proof/a.c', '"compiler/compiler.h"', True),
    ('runtime/cli/a.c', '"compiler/compiler.h"', True), ('runtime/cli/a.c', '<stdio.h>', True),
    ('runtime/cli/a.c', '"compiler/ir/ir.h"', False), ('runtime/cli/a.c', '<uv.h>', False),
    ('runtime/cli/a.c', '<made_up.h>', False), ('runtime/core/loop.c', '<uv.h>', True),
    ('runtime/core/a.c', '"runtime/cli/cli.h"', False), ('runtime/venues/a.c', '"runtime/core/clock.h"', True),
    ('tests/unit/compiler/a.c', '"compiler/ir/ir.h"', True), ('tests/prop/a.c', '"compiler/ir/ir.h"', False),
    ('tests/reference/a.c', '"vm/vm.h"', False), ('tests/reference/a.c', '"vm/intents.h"', True),
    ('runtime/nowhere/a.c', '"vm/vm.h"', False), ('vm/a.c', '"tests/harness/test.h"', False),
]


def self_test():
    floors = {'pure': ['market', 'engine', 'proof'], 'only': {'tests/reference': ['vm/intents.h']},
              'private': ['vm/base/big.h'], 'peek': {'proof': ['compiler/*.h']},
              'floor': {'core': 0, 'venues': 5, 'cli': 9},
              'door': ['vm/*.h', 'vm/base/*.h', 'compiler/compiler.h', 'runtime/core/*.h',
                       'runtime/market/book.h', 'runtime/engine/engine.h']}
    rules = Rules(floors, owners('| `uv.h` | core | loop |\n'))
    return [f'{path} with {header}: expected {"no " if ok else "a "}finding'
            for path, header, ok in SELF_TEST
            if bool(list(check(rules, path, f'/* x */\n#include {header}\n'))) == ok]


if __name__ == '__main__': sources.main(lint, self_test)
