#!/bin/sh
# Calls that are not made here, and marks that are not left behind.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

banned='strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strtok|atoi|atol|atoll|atof'
banned="$banned|rand|srand|random|localtime|gmtime|system|popen|alloca"

sources all | awk_over -f "$here/strip.awk" |
    grep -E "[^A-Za-z0-9_.>]($banned)[	 ]*\(" |
    sed -E "s/^([^:]*:[0-9]+):.*[^A-Za-z0-9_.>]($banned)[	 ]*\(.*/\1: \2() is banned/" || :

# A test that sleeps is slow when it is right and flaky when it is wrong.
find tests/unit tests/fuzz -name '*.[ch]' 2>/dev/null | sort |
    awk_over -f "$here/strip.awk" |
    grep -E '[^A-Za-z0-9_](sleep|usleep|nanosleep)[	 ]*\(' |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: tests do not sleep, they set the clock/' || :
find tests/func -maxdepth 1 -name '*.py' 2>/dev/null | sort |
    xargs -r grep -HnE '\bsleep\(' |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: scenes do not sleep, they use eventually()/' || :

sources all | xargs -r grep -HnwE 'TODO|FIXME|XXX' |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: a mark left behind: do it, or leave it/' || :
