#!/bin/sh
# Manual pages are clean mdoc and tell every option, scripts parse, and the generated reference is
# what the program says today. LINT_B is the build folder.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

find docs/man -type f 2>/dev/null | sort | while read -r page; do
	mandoc -Tlint -Wwarning "$page" | sed -E 's/^mandoc: //' || :
done
{
	find tests docs/examples -name '*.sh'
	find tests .ci docs/examples -type f -perm -u+x
} 2>/dev/null | sort -u | while read -r script; do
	case $(head -1 "$script") in
	*/sh|*/bash)
		bash -n "$script" 2>&1 | sed -E 's/^([^:]*): line ([0-9]+): /\1:\2: /' ;;
	*python3)
		python3 - "$script" <<'END' ;;
import ast, sys
try:
    ast.parse(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1])
except SyntaxError as e:
    print(f"{sys.argv[1]}:{e.lineno}: {e.msg}")
END
	esac
done

for program in "${LINT_B:-build}"/bin/*; do
	page=docs/man/${program##*/}.8
	[ ! -f "$page" ] || "$program" --help | grep -oE -e '--[a-z-]+' |
	    sort -u | while read -r option; do
		grep -qF "Fl ${option#-}" "$page" || echo "$page:1: $option is not told"
	done
done

for which in gtm: wom:-wom eip:-eip; do
	refman=${LINT_B:-build}/bin/${which%%:*}-refman
	[ -x "$refman" ] || continue
	for made in reference.md rest.md openapi.json; do
		page=docs/${made%.*}${which#*:}.${made#*.}
		"$refman" "${made%.*}" | cmp -s - "$page" ||
		    echo "$page:1: is not current: make $page"
	done
done
