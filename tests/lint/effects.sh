#!/bin/sh
# Every property that is taken has an effect: the field behind each row of a property
# table is used somewhere outside the tables. LINT_CC is the compiler with its flags.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/lib.sh"

folders | exec python3 "$here/effects.py" "$here/effects.txt"
