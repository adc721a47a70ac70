#!/bin/sh
# Includes point downwards only, and foreign headers stay where they belong.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

# Who may include what: the folder, then the folders of its own includes.
may()
{
	sed -e :a -e '/\\$/{N;s/\\\n[	 ]*//;ta' -e '}' "$here/layers.mk" |
	    sed -n "s|^may\.$1[	 ]*:= *||p"
}

# $1 folder to look at, $2 the layer it belongs to. Tests of a layer may use
# what stands beside the tests of the layers below it.
includes()
{
	[ -d "$1" ] || return 0
	allowed=$(printf '%s' "$1 $2 $(may "$2")" | tr ' ' '|')
	[ "$1" = "$2" ] || allowed="$allowed|tests/unit/($allowed)"
	# The shell has no tables of its own: its tests go by the daemon's.
	[ "$1" != tests/unit/admin/shell ] || allowed="$allowed|gtmd/types|etherip/types"
	find "$1" -maxdepth 1 -name '*.[ch]' 2>/dev/null | sort |
	    xargs -r grep -Hn '^[	 ]*#[	 ]*include "' |
	    grep -vE "\"($allowed)/[^/\"]*\"" |
	    sed -E "s|^([^:]*:[0-9]+):.*\"(.*)\".*|\1: layer $2 may not include \2|" || :
}

for dir in $(folders); do
	includes "$dir" "$dir"
	includes "tests/unit/$dir" "$dir"
done

# A folder with sources and no line in the table has no layer.
find . -name '*.c' -not -path './build*' -not -path './tests/*' |
    sed 's|^\./||; s|/[^/]*$||' | sort -u | while read -r dir; do
	folders | grep -qxF "$dir" ||
	    echo "$dir:1: folder is not in tests/lint/layers.mk"
done

# Foreign headers: pattern, the folders that own it, files at the most.
while read -r pattern owners most; do
	sources | xargs -r grep -HnE "^#[	 ]*include <$pattern" |
	    sed -E 's/^([^:]*:[0-9]+):.*<(.*)>.*/\1 \2/' |
	    awk -v own="^($owners)/[^/]*:" -v owners="$owners" -v most="$most" '
		{ split($1, at, ":"); files[at[1]] || count++; files[at[1]] = 1 }
		$1 !~ own { print $1 ": <" $2 "> belongs to " owners }
		count > most { print $1 ": <" $2 "> is in " count " files, " most " at most" }'
done <<'END'
urcu		core/io		3
jansson\.h	core/model|core/rest	3
microhttpd	core/rest|admin/rest	3
curl/		core/rest|monitors	3
histedit\.h	admin/shell	1
ldns/		zones|monitors	3
maxminddb\.h	gtmd/topology	1
bpf/		gtmd/xdp|etherip/bpf	4
xdp/		gtmd/xdp	1
openssl/	core/io|zones|admin/rest|wom/codec|wom/tunnel	11
zstd.h	wom/codec	1
nftables/	core/io		1
seccomp\.h	core/io		1
END
