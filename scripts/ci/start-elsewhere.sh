#!/usr/bin/env bash
# Clones the commit to a place as hostile as a user's may be, and runs there the demo and the tests that look at permissions,
# paths, the network, HOME and Git. Arguments go to the test runner.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

tests=(
  packages/capsule-schema/src/proof/git-commit.test.ts
  packages/oci/src/layout/layout-storage.test.ts
  packages/oci/src/registry/credentials
  packages/packer/src/key/write-key-pair.test.ts
  packages/packer/src/source/describe-repository.test.ts
  packages/packer/src/source/directory-source.test.ts
  packages/packer/src/source/git-source-hostile.test.ts
  packages/verifier/src/unpack
  test/archive-interop.test.ts
  test/cli/code-cache.test.ts
  test/cli/offline.test.ts
  test/cli/serve.test.ts
  test/docs-commands.test.ts
  test/examples.test.ts
  test/service/addresses.test.ts
  test/toolchain
)

# mktemp makes a directory that only its owner may enter.
parent=${HOME:-}
[ -w "$parent" ] || parent=${TMPDIR:-/tmp}
place=$(mktemp -d "$parent/release capsule é #1 100%25 XXXXXX")
trap 'rm -rf "$place"' EXIT

umask 077
git clone --quiet "$repository" "$place/the clone"
cd "$place/the clone"

mkdir "$place/temporary files"
export TMPDIR="$place/temporary files"
export HOME=/dev/null/home # not even root can make it
unset LC_ALL
export TZ=Asia/Kathmandu LANG=tr_TR.UTF-8
export GIT_DIR="$place/no repository" GIT_CONFIG_GLOBAL="$place/gitconfig"
cat >"$GIT_CONFIG_GLOBAL" <<'END'
[commit]
	gpgSign = true
[tag]
	gpgSign = true
[user]
	useConfigOnly = true
[init]
	defaultBranch = elsewhere
	templateDir = /nonexistent/template
[core]
	autocrlf = true
	hooksPath = /nonexistent/hooks
[safe]
	bareRepository = explicit
[protocol]
	allow = never
END

npm run --silent demo

# A network with 127.0.0.1 and nothing else; only root may make one.
loopback='ip link set lo up && if [ -e /proc/sys/net/ipv6 ]; then echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; fi'
alone=(env)
if unshare --net sh -c "$loopback" 2>/dev/null; then alone=(unshare --net sh -c "$loopback"' && exec "$@"' sh)
else echo 'The tests see the network of this machine: a network without IPv6 cannot be made here.'; fi
"${alone[@]}" npm test -- "${tests[@]}" "$@"
