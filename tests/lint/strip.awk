# tests/lint/strip.awk - C without comments and literals, line for line:
# FILE:LINE:text, so that the rules see code only.
# SPDX-License-Identifier: Apache-2.0
FNR == 1 { comment = 0 }
{
	out = ""
	rest = $0
	while (rest != "") {
		if (comment) {
			if (!(end = index(rest, "*/")))
				break
			rest = substr(rest, end + 2)
			comment = 0
		} else if (match(rest, /\/\*|\/\/|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'/)) {
			found = substr(rest, RSTART, 2)
			out = out substr(rest, 1, RSTART - 1)
			if (found == "//")
				break
			comment = found == "/*"
			if (!comment)
				out = out "\"\""
			rest = substr(rest, RSTART + (comment ? 2 : RLENGTH))
		} else {
			out = out rest
			break
		}
	}
	print FILENAME ":" FNR ":" out
}
