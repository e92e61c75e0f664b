#!/usr/bin/env bash
# install.sh — the locked npm tree of this folder, unless it is there already.
#
# Exit status 0: it is there.  77: it cannot be had (no npm, or no registry within reach); the last line says
# why.  Anything else: the lock file and a registry that answers do not agree, which is a mistake of ours.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
stamp=node_modules/installed-lock.json
cmp -s package-lock.json "$stamp" && exit 0
command -v npm >/dev/null || { echo "no npm here"; exit 77; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if npm ci --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=2000 --no-audit --no-fund --loglevel=error >"$log" 2>&1 </dev/null; then
  # The npm of Debian 12 unpacks the packaged node and forgets its link; scripts find it by this name.
  for node in node_modules/node-linux-*/bin/node; do
    [[ ! -x $node ]] || ln -sf "../${node#node_modules/}" node_modules/.bin/node
  done
  cp package-lock.json "$stamp"
  exit 0
fi
# Does the registry answer at all?  Asked for what the lock file wants, past what npm has kept.
vite=$(sed -n 's/^ *"vite": "\(.*\)",*$/\1/p' package.json)
if npm view "vite@$vite" version --prefer-online --fetch-retries=0 --fetch-timeout=20000 2>/dev/null </dev/null | grep -q .; then
  tail -n 30 "$log"
  echo "npm ci failed, and the registry is within reach"
  exit 1
fi
echo "no npm packages: the registry is out of reach"
exit 77
