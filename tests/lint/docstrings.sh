#!/bin/sh
# Each public function is told about: a comment stands before the prototype, or
# before the unbroken group of prototypes that it belongs to. The verbs new,
# free, init and fini promise the same everywhere (docs/notes/style.md).
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

headers | awk_over '
FNR == 1 { told = comment = open = body = 0 }
/^[ \t]*\/\*/ { comment = 1 }
comment { comment = !/\*\//; told = 1; next }
body { body = !/^}/; told = 0; next }
/^$/ || /^#/ { told = open = 0; next }
/^static inline/ || /^(struct|enum|union)[^(]*\{/ { body = !/};?$/; next }
/^typedef|^extern/ { next }
/^[a-z].*[a-z0-9_]\(/ && !open {
	if (!told && !/_(new|free|init|fini)\(/) {
		name = $0
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
		print FILENAME ":" FNR ": " name "() has no comment"
	}
}
{ open = open || /^[a-z].*\(/ ? !/;/ : 0 }'
