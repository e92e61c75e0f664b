#!/usr/bin/env bash
# chroot.sh [ARGUMENT...] — what a stranger sees: a fresh, minimal Debian 12, a clean clone of HEAD, ./dev.
#
# Runs `./dev ARGUMENT...` (default: test) inside and ends with its exit code.  Needs root, mmdebstrap and
# the network of apt; takes the package sources of this machine.  The folder is removed at the end, unless
# KEEP=1 asks for it; CHROOT=FOLDER uses one that was kept.
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
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true \
  chroot "$root" /oddex/dev "${arguments[@]}" </dev/null || status=$?
echo "chroot.sh: exit $status after $((SECONDS - start)) s, $(chroot "$root" dpkg-query -W | wc -l) packages installed"
exit $status
