#!/usr/bin/env bash
# chroot.sh [ARGUMENT...] — what a stranger sees: a fresh, minimal Debian 12, a clean clone of HEAD, ./dev.
#
# Runs `./dev ARGUMENT...` (default: test) inside and ends with its exit code.  With `run` or `web` it waits for
# the address, asks what is there, and opens it in the Chromium of that Debian.  Needs root, mmdebstrap and the
# network of apt; takes the package sources of this machine and whom it trusts.  The folder is removed at the
# end, unless KEEP=1 asks for it; CHROOT=FOLDER uses one that was kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $EUID -eq 0 ]] || { echo "chroot.sh: needs root"; exit 2; }
command -v mmdebstrap >/dev/null || { echo "chroot.sh: apt-get install mmdebstrap"; exit 2; }

root=${CHROOT:-$(mktemp -d /var/tmp/oddex-chroot-XXXXXX)}
finish() {
  for mounted in proc dev; do umount -Rl "$root/$mounted" 2>/dev/null || true; done
  [[ -n ${KEEP:-}${CHROOT:-} ]] || rm -rf --one-file-system "$root"
}
trap finish EXIT

if [[ ! -e $root/etc/debian_version ]]; then
  sources=/etc/apt/sources.list.d/debian.sources
  [[ -f $sources ]] || sources=/etc/apt/sources.list
  mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$root" "$sources"
  cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
rm -rf "$root/oddex"
git clone --quiet --no-hardlinks . "$root/oddex"

arguments=("$@")
[[ $# -gt 0 ]] || arguments=(test)
echo "chroot.sh: ./dev ${arguments[*]} in $root, $(chroot "$root" dpkg-query -W | wc -l) packages installed"
start=$SECONDS
status=0
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/machine.crt"

# inside COMMAND...: as a stranger's shell would run it.
stranger=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true DEBIAN_FRONTEND=noninteractive
  NODE_EXTRA_CA_CERTS=/etc/ssl/machine.crt chroot "$root")
inside() { "${stranger[@]}" "$@" </dev/null; }

# address LOG PID: waits until the log ends in an address, or the process has ended.
address() {
  while kill -0 "$2" 2>/dev/null; do
    grep -o '^http://127.0.0.1:[0-9]*/$' "$1" && return 0
    sleep 0.2
  done
  return 1
}

# open_page URL: the page itself, then the journeys that say what it shows and that its console is silent.
open_page() {
  inside python3 -c "import urllib.request as r, sys
for path in ('healthz', ''): print(path, r.urlopen(sys.argv[1] + path).read(60))" "$1" || return 1
  inside apt-get install -y -qq --no-install-recommends chromium >/dev/null || return 1
  inside env ODDEX_URL="$1" npm --prefix /oddex/editor-web run --silent e2e -- shell: 'first load'
}

# until_up ARGUMENT...: the server, what it serves, and its end when it is told to.
until_up() {
  local log=$root/tmp/dev.log pid url ended=0
  "${stranger[@]}" /oddex/dev "$@" --port 0 >"$log" </dev/null & # it becomes the server in the end
  pid=$!
  url=$(address "$log" "$pid") || { cat "$log"; wait "$pid"; return 1; }
  cat "$log"
  echo "chroot.sh: an address after $((SECONDS - start)) s"
  open_page "$url" || ended=1
  kill -TERM "$pid"
  wait "$pid" || ended=$?
  return "$ended"
}

case ${arguments[0]} in
  run | web) until_up "${arguments[@]}" || status=$? ;;
  *) inside /oddex/dev "${arguments[@]}" || status=$? ;;
esac
echo "chroot.sh: exit $status after $((SECONDS - start)) s, $(chroot "$root" dpkg-query -W | wc -l) packages installed"
exit $status
