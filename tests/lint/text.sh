#!/bin/sh
# Shape of the text: no trailing blanks, no carriage returns, a last newline,
# 100 columns, tabs for indentation, function names at column 0.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

texts()
{
	find . -type f \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' \
	    -o -name '*.md' -o -name '*.[158]' -o -name '*.mk' -o -name Makefile \
	    -o -path './tests/run' -o -path './tests/deps' -o -path './.ci/*' \
	    -o -path './docs/examples/*' \) -not -path './build/*' \
	    -not -path './.git/*' | sed 's|^\./||' | sort
}

texts | awk_over '
/[ \t]$/ { print FILENAME ":" FNR ": trailing blank" }
/\r/ { print FILENAME ":" FNR ": carriage return" }
FILENAME !~ /\.md$/ {
	flat = $0
	while ((at = index(flat, "\t")))
		flat = substr(flat, 1, at - 1) \
		    substr("        ", (at - 1) % 8 + 1) substr(flat, at + 1)
	if (length(flat) > 100)
		print FILENAME ":" FNR ": line is wider than 100 columns"
}'
texts | xargs -r grep -LzP '^\z|\n\z' | while read -r file; do
	[ ! -s "$file" ] || echo "$file:$(wc -l <"$file"): no newline at the end"
done

sources all | awk_over '
/^        / { print FILENAME ":" FNR ": indented with blanks, not tabs" }
/^\{$/ && head ~ /^[a-z].*[ *][a-z0-9_]+\(/ && head !~ /[;=]$/ {
	print FILENAME ":" at ": function name is not at column 0"
}
/^[^ \t{}#\/]/ { head = $0; at = FNR }'
