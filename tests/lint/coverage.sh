#!/usr/bin/env bash
# coverage.sh [CORPUS-ROOT [--files]] — branch coverage per room that a replay of the kept fuzz corpora reaches.
# CORPUS-ROOT/<target>/ defaults to tests/fuzz/corpus. Called by ./dev fuzz --coverage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
corpora=$(realpath "${1:-tests/fuzz/corpus}")
folder=build-coverage
flags='-fprofile-instr-generate -fcoverage-mapping'

[[ -f $folder/build.ninja ]] ||
  CC=clang meson setup $folder -Doptimization=1 -Dc_args="$flags" -Dc_link_args="$flags" -Db_lundef=false >/dev/null
ninja -C $folder replays >/dev/null
rm -f $folder/*.profraw
programs=()
for program in "$folder"/tests/fuzz/replay_*; do
  [[ -f $program && -x $program ]] || continue
  target=${program##*/replay_}
  [[ -d $corpora/$target ]] || { echo "$target: no corpus"; continue; }
  printf '%-10s ' "$target"
  LLVM_PROFILE_FILE=$folder/$target.profraw "$program" "$corpora/$target" | tail -n 1
  programs+=(-object "$program")
done
[[ ${#programs[@]} -gt 0 ]] || { echo "no fuzz target has a corpus"; exit 1; }
llvm-profdata merge -sparse -o $folder/all.profdata $folder/*.profraw
llvm-cov export -summary-only -instr-profile $folder/all.profdata "${programs[@]}" >$folder/coverage.json
python3 tests/lint/coverage.py $folder/coverage.json "${@:2}"
