#!/usr/bin/env bash
# mutate_codes.sh [BUILD] — takes away one call of diag_add after the other; each must be missed by a
# golden file.  Prints the calls that nobody misses, and those that no golden file reaches.
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
ninja -C "$build" tests/golden/golden_sites >/dev/null
status=0
"$build/tests/golden/golden_sites" --sites tests/golden/check tests/golden/prove tests/golden/parse >"$out" || status=1
grep -v '^site ' "$out" || true
reached=$(sed -n 's/^site [./]*\([^ ]*\) \([0-9]*\) .*/\1:\2/p' "$out" | sort -u)
# A call may span lines: the place is that of its last line in some compilers, of its first in others.
python3 - "$reached" <<'PY' || status=1
import glob, re, sys
reached, missed = set(sys.argv[1].split()), []
for path in sorted(glob.glob('compiler/**/*.[chy]', recursive=True)):
    if path.startswith('compiler/diag/diag.'): continue
    text = open(path, encoding='utf-8').read()
    for m in re.finditer(r'\bdiag_add\(', text):
        first, depth, at = text.count('\n', 0, m.start()) + 1, 1, m.end()
        while depth:
            depth += {'(': 1, ')': -1}.get(text[at], 0)
            at += 1
        last = text.count('\n', 0, at) + 1
        if not any(f'{path}:{n}' in reached for n in range(first, last + 1)):
            missed.append(f'{path}:{first}: ' + ' '.join(text[m.start():at].split()))
print('\n'.join(f'{m}: no golden file comes here' for m in missed))
print(f'{len(reached)} places reached, {len(missed)} not')
sys.exit(bool(missed))
PY
exit $status
