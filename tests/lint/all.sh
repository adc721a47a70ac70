#!/bin/sh
# tests/lint/all.sh - every rule over the tree, after showing that each of them
# can fail. SPDX-License-Identifier: Apache-2.0
set -eu
cd "$(dirname "$0")/../.."

failed=0
tests/lint/selftest.sh || failed=1
for rule in layers names sizes calls headers docstrings text manuals effects; do
	if found=$("tests/lint/$rule.sh") && [ -z "$found" ]; then
		echo "lint: $rule: ok"
	else
		printf '%s\n' "$found"
		echo "lint: $rule: $(printf '%s\n' "$found" | grep -c .) findings"
		failed=1
	fi
done
exit "$failed"
