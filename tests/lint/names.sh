#!/bin/sh
# Every symbol that foo.o exports is foo or starts with foo_, main() apart.
# LINT_B is the build folder whose objects are asked. And a noun is claimed once
# per tree: of two archives that export one name, the linker takes the first.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

build=${LINT_B:-build}
exec 3>&1

# "FILE SYMBOL NOUN" for each that is called otherwise. One nm for all.
strangers()
{
	sources | grep '\.c$' | while read -r src; do
		obj=$build/obj/${src%.c}.o
		if [ -f "$obj" ]; then
			echo "$obj"
		else
			echo "$src:1: $obj is missing: build before lint" >&3
		fi
	done | xargs -r nm -gA --defined-only | awk -v build="$build/obj/" '{
		src = substr($1, length(build) + 1)
		sub(/\.o:.*/, ".c", src)
		noun = src
		gsub(/.*\/|\.c$/, "", noun)
	}
	$3 != noun && index($3, noun "_") != 1 && $3 != "main" &&
	    $3 !~ /^__(asan|odr_asan|tsan|gcov)/ { print src, $3, noun }'
}

strangers | while read -r src symbol noun; do
	line=$(grep -nE "(^|[ *])$symbol\>" "$src" | head -1 | cut -d: -f1)
	echo "$src:${line:-1}: exports $symbol, which does not start with ${noun}_"
done

sources | grep '\.c$' | grep -v '\(^\|/\)[a-z]*_*main\.c$' | awk '{
	noun = $0
	gsub(/.*\/|\.c$/, "", noun)
}
noun in file { print $0 ":1: " noun " is taken by " file[noun]; next }
{ file[noun] = $0 }'
