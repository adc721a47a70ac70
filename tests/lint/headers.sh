#!/bin/sh
# Headers: compile alone, are guarded by their path; a source includes its own
# header first, and every file says at its head what it is. LINT_CC compiles.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

headers | awk_over '
function judge() {
	if (guard != "")
		print file ":1: guard is not " guard
}
FNR == 1 {
	judge()
	file = FILENAME
	guard = toupper(file)
	gsub(/[\/.]/, "_", guard)
}
$0 == "#ifndef " guard { guard = "" }
END { judge() }'

# "FILE LINE INCLUDE" of what each source includes first; a fourth word if there is
# more than comments before it.
firsts()
{
	sources | grep '\.c$' | awk_over '
	function tell() {
		if (file != "")
			print file, at, what, code
	}
	FNR == 1 { tell(); file = FILENAME; at = 1; what = "nothing"; code = "" }
	/^#include/ && what == "nothing" { at = FNR; what = $2 }
	/^[^ \/*]/ && what == "nothing" { code = "code" }
	END { tell() }'
}

firsts | while read -r c line first _; do
	[ ! -f "${c%.c}.h" ] || [ "$first" = "\"${c%.c}.h\"" ] ||
	    echo "$c:$line: its own header comes first"
done

# A source that begins with its own header and became an object since either changed has
# shown that the header compiles alone: "make lint" builds first. The others are tried.
proven=" $(firsts | while read -r c _ first code; do
	obj=${LINT_B:-build}/obj/${c%.c}.o
	[ "$first" != "\"${c%.c}.h\"" ] || [ -n "$code" ] ||
	    [ ! "$obj" -nt "$c" ] || [ ! "$obj" -nt "${c%.c}.h" ] || printf '%s ' "${c%.c}.h"
done)"
headers | while read -r h; do
	case $proven in
	*" $h "*) continue ;;
	esac
	${LINT_CC:-cc -I. -D_GNU_SOURCE} -x c -fsyntax-only "$h" 2>&1 |
	    grep -E '^[^ ]*: (fatal )?error:' |
	    sed "s|^|$h:1: does not compile alone: |" | head -1
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
