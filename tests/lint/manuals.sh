#!/bin/sh
# Manual pages are clean mdoc and tell every option, scripts parse, and the generated reference is
# what the program says today. LINT_B is the build folder.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

find docs/man -type f 2>/dev/null | sort | while read -r page; do
	mandoc -Tlint -Wwarning "$page" | sed -E 's/^mandoc: //' || :
done
# "FILE FIRST LINE" of each script.
scripts()
{
	{
		find tests docs/examples -name '*.sh'
		find tests .ci docs/examples -type f -perm -u+x
	} 2>/dev/null | sort -u | awk_over 'FNR == 1 { print FILENAME, $0 }'
}

scripts | while read -r script first; do
	case $first in
	*/sh|*/bash)
		bash -n "$script" 2>&1 | sed -E 's/^([^:]*): line ([0-9]+): /\1:\2: /' ;;
	esac
done
scripts | sed -n 's/ .*python3$//p' | python3 -c '
import ast, sys
for script in sys.stdin.read().split():
    try:
        ast.parse(open(script, encoding="utf-8").read(), script)
    except SyntaxError as e:
        print(f"{script}:{e.lineno}: {e.msg}")
'

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
