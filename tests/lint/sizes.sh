#!/bin/sh
# Functions: 80 lines at most (a note above 50), 5 parameters, a median of 20
# over the tree. Files: 700 lines, headers 250, tests 1,000.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

sources all | awk_over '
FNR == 1 && file { judge() }
{ file = FILENAME; lines = FNR }
END { if (file) judge() }
function judge(most) {
	most = file ~ /^tests/ ? 1000 : file ~ /\.h$/ ? 250 : 700
	if (lines > most)
		printf "%s:%d: file has %d lines, %d at most\n", file, most, lines, most
}'

# Parameters: commas at the first level of the signature, and one; octets and
# their length count as one.
sources all | ctags -L - -f - --languages=C --langmap=C:.c.h --kinds-C=f \
    --fields=neS 2>/dev/null | awk -F '\t' '
function parameters(sig, depth, n, i, c) {
	sub(/, ?\.\.\.\)$/, ")", sig)
	gsub(/, ?size_t (len|cap|count),/, ",", sig)
	sub(/, ?size_t (len|cap|count)\)$/, ")", sig)
	n = sig != "(void)" && sig != "()"
	for (i = 1; i <= length(sig); i++) {
		c = substr(sig, i, 1)
		depth += (c == "(") - (c == ")")
		n += c == "," && depth == 1
	}
	return n
}
{
	line = end = sig = ""
	for (i = 4; i <= NF; i++) {
		if ($i ~ /^line:/) line = substr($i, 6)
		if ($i ~ /^end:/) end = substr($i, 5)
		if ($i ~ /^signature:/) sig = substr($i, 11)
	}
	if (end == "")
		next
	size = end - line + 1
	count[size]++; total++
	if (size > 80)
		printf "%s:%d: %s has %d lines, 80 at most\n", $2, line, $1, size
	else if (size > 50)
		printf "%s:%d: note: %s has %d lines\n", $2, line, $1, size >"/dev/stderr"
	# What the HTTP and TLS libraries call has the signature that they ask for.
	if (sig ~ /struct MHD_Connection \*|^\(SSL \*/)
		next
	if (parameters(sig) > 5)
		printf "%s:%d: %s has %d parameters, 5 at most\n", $2, line, $1, parameters(sig)
}
END {
	for (size = 1; total && seen * 2 < total; size++)
		seen += count[size]
	if (size - 1 > 20)
		printf "Makefile:1: the median function has %d lines, 20 at most\n", size - 1
}'
