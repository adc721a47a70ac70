#!/bin/sh
# Headers: compile alone, are guarded by their path; a source includes its own
# header first, and every file says at its head what it is. LINT_CC compiles.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

headers | while read -r h; do
	guard=$(printf '%s' "$h" | tr 'a-z/.' 'A-Z__')
	grep -q "^#ifndef $guard\$" "$h" || echo "$h:1: guard is not $guard"
	${LINT_CC:-cc -I. -D_GNU_SOURCE} -x c -fsyntax-only "$h" 2>&1 |
	    grep -E '^[^ ]*: (fatal )?error:' |
	    sed "s|^|$h:1: does not compile alone: |" | head -1
done

sources | grep '\.c$' | while read -r c; do
	[ -f "${c%.c}.h" ] || continue
	first=$(grep -nm1 '^#include' "$c" || echo "1:")
	[ "${first#*:}" = "#include \"${c%.c}.h\"" ] ||
	    echo "$c:${first%%:*}: its own header comes first"
done

sources all | awk_over '
FNR == 1 && index($0, "/* " FILENAME " - ") != 1 && FILENAME !~ /^tests\/unit\// {
	print FILENAME ":1: file head does not start with \"/* " FILENAME " - \""
}
FNR <= 40 && /SPDX-License-Identifier: Apache-2.0/ { seen[FILENAME] = 1 }
{ names[FILENAME] }
END {
	for (f in names)
		if (!(f in seen))
			print f ":1: file head has no SPDX line"
}'
