#!/bin/sh
# Every symbol that foo.o exports is foo or starts with foo_, main() apart.
# LINT_B is the build folder whose objects are asked. And a noun is claimed once
# per tree: of two archives that export one name, the linker takes the first.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

sources | grep '\.c$' | while read -r src; do
	noun=$(basename "$src" .c)
	obj=${LINT_B:-build}/obj/${src%.c}.o
	if [ ! -f "$obj" ]; then
		echo "$src:1: $obj is missing: build before lint"
		continue
	fi
	nm -g --defined-only "$obj" | while read -r _ _ symbol; do
		case $symbol in
		"$noun"|"${noun}"_*|main) continue ;;
		__asan*|__odr_asan*|__tsan*|__gcov*) continue ;;
		esac
		line=$(grep -nE "(^|[ *])$symbol\>" "$src" | head -1 | cut -d: -f1)
		echo "$src:${line:-1}: exports $symbol, which does not start with ${noun}_"
	done
done

sources | grep '\.c$' | grep -v '\(^\|/\)[a-z]*_*main\.c$' | while read -r src; do
	echo "$(basename "$src" .c) $src"
done | sort | awk '$1 == noun { print $2 ":1: " noun " is taken by " file }
    { noun = $1; file = $2 }'
