#!/usr/bin/env bash
# embed.sh BUILD — an installed copy is enough to build a program that compiles a strategy and trades.
# Installs into a scratch folder, builds embed.c with what pkg-config says, expects its one order.
set -euo pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
build=$(realpath "$1")
folder=$(mktemp -d /tmp/oddex-embed-XXXXXX)
trap 'rm -rf "$folder"' EXIT

fail() { echo "$1"; echo "0 passed, 1 failed"; exit 1; }

meson install -C "$build" --no-rebuild --quiet --destdir "$folder" >"$folder/log" 2>&1 ||
  { cat "$folder/log"; fail "meson install failed"; }
pc=$(find "$folder" -name oddex.pc)
[[ -n $pc ]] || fail "oddex.pc was not installed"
export PKG_CONFIG_LIBDIR=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$folder
cd "$folder" # nothing of the repository is in reach
read -ra flags < <(pkg-config --cflags --libs oddex)
gcc -std=gnu11 -Wall -Werror "$here/embed.c" "${flags[@]}" -o embed || fail "embed.c does not build"
[[ $(./embed) == "buy 10.00 shares" ]] || { ./embed || true; fail "not the one order expected"; }
# Shown able to fail: without the installed headers it must not build.
rm -rf "$folder"/*/local/include "$folder"/usr/include
gcc -std=gnu11 -fsyntax-only "$here/embed.c" "${flags[@]}" 2>/dev/null && fail "headers came from elsewhere"
echo "1 passed, 0 failed"
