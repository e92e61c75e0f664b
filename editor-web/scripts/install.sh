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

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
npm=(npm)

# ci OPTION...: the tree of the lock file.
ci() {
  "${npm[@]}" ci --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=2000 --no-audit --no-fund --loglevel=error "$@" \
    >>"$scratch/log" 2>&1 </dev/null
}

# npm leaves out optional packages (the native half of the bundler) that want a newer node than it runs on
# itself.  On Debian 12 (node 18) it fetches the packaged node first, then runs on that one.
on_packaged_node() {
  [[ $(node -p 'process.versions.node.split(".")[0]') -lt 20 ]] || return 0
  ci --omit=dev && cp node_modules/node-linux-*/bin/node "$scratch/node" || return 1
  npm=(env NODE_PATH="$(node -p 'require("module").globalPaths.join(":")')" "$scratch/node" "$(readlink -f "$(command -v npm)")")
}

# Debian's npm unpacks the packaged node and forgets its link; scripts find it by that name.
link_node() {
  local node
  for node in node_modules/node-linux-*/bin/node; do
    [[ ! -x $node ]] || ln -sf "../${node#node_modules/}" node_modules/.bin/node
  done
}

if on_packaged_node && ci; then
  link_node
  cp package-lock.json "$stamp"
  exit 0
fi
# Does the registry answer at all?  Asked for what the lock file wants, past what npm has kept.
vite=$(sed -n 's/^ *"vite": "\(.*\)",*$/\1/p' package.json)
if npm view "vite@$vite" version --prefer-online --fetch-retries=0 --fetch-timeout=20000 2>/dev/null </dev/null | grep -q .; then
  tail -n 30 "$scratch/log"
  echo "npm ci failed, and the registry is within reach"
  exit 1
fi
echo "no npm packages: the registry is out of reach"
exit 77
