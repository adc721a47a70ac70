#!/bin/sh
# tests/lint/all.sh - every rule over the tree, while it is shown that each of them can
# fail. All at once, told in order. SPDX-License-Identifier: Apache-2.0
set -eu
cd "$(dirname "$0")/../.."

rules='layers names sizes calls headers docstrings text manuals effects'
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for rule in selftest $rules; do
	{
		"tests/lint/$rule.sh" >"$tmp/$rule" && rc=0 || rc=$?
		echo "$rc" >"$tmp/$rule.rc"
	} &
done
wait

failed=0
cat "$tmp/selftest"
[ "$(cat "$tmp/selftest.rc")" -eq 0 ] || failed=1
for rule in $rules; do
	if [ "$(cat "$tmp/$rule.rc")" -eq 0 ] && [ ! -s "$tmp/$rule" ]; then
		echo "lint: $rule: ok"
	else
		cat "$tmp/$rule"
		echo "lint: $rule: $(grep -c . "$tmp/$rule") findings"
		failed=1
	fi
done
exit "$failed"
