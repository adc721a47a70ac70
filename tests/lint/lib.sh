# tests/lint/lib.sh - what the rules share. A rule is a script that prints each
# finding as "file:line: sentence" and nothing when all is well; it looks at
# the tree in the current folder, so that selftest.sh can show it a bad one.
# SPDX-License-Identifier: Apache-2.0
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

# The folders of the layer table.
folders()
{
	sed -n 's/^may\.\([^	 :]*\).*/\1/p' "$here/layers.mk"
}

# The C files of the layers; with "all" those of tests/ too.
sources()
{
	# shellcheck disable=SC2046
	find /dev/null $(folders | while read -r dir; do
		[ ! -d "$dir" ] || echo "$dir"
	done) -maxdepth 1 -name '*.[ch]' | sort
	[ "${1:-}" != all ] || find tests -name '*.[ch]' 2>/dev/null | sort
}

headers()
{
	sources | grep '\.h$' || :
}

# Runs awk over the files named on standard input, if there are any.
awk_over()
{
	xargs -r awk "$@"
}
