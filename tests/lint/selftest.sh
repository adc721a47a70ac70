#!/bin/sh
# Shows that every rule can fail, and that a clean tree passes them all. Each
# sample below is a file with one fault and the finding that it has to bring.
# The runner and the installer of packages are tried here as well.
# SPDX-License-Identifier: Apache-2.0
set -eu
lint=$(cd "$(dirname "$0")" && pwd)
tests=${lint%/*}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
export LINT_CC='gcc -I. -Wall -Werror' LINT_B=build

# Samples come through pipes, so in shells of their own: files do the counting.
: >"$tree/wrong"
: >"$tree/tried"
wrong()
{
	echo "lint: selftest: $*" | tee -a "$tree/wrong"
}

# Writes a small clean tree into an empty folder.
plant()
{
	rm -rf "$tree/at"
	mkdir -p "$tree/at/core/base" "$tree/at/core/wire" "$tree/at/tests/func" \
	    "$tree/at/build/obj/core/base" "$tree/at/docs/man"
	cd "$tree/at"
	sed 's/^	//' >core/base/err.h <<'END'
	/* core/base/err.h - a sample.
	 * SPDX-License-Identifier: Apache-2.0
	 */
	#ifndef CORE_BASE_ERR_H
	#define CORE_BASE_ERR_H

	/* Sets it. */
	int err_set(int code);

	#endif
END
	sed 's/^	//' >core/base/err.c <<'END'
	/* core/base/err.c - a sample.
	 * SPDX-License-Identifier: Apache-2.0
	 */
	#include "core/base/err.h"

	int
	err_set(int code)
	{
		return code;	/* strcpy(a, b) in a comment is prose */
	}
END
}

compile()
{
	gcc -I. -c -o build/obj/core/base/err.o core/base/err.c
}

rules='layers names sizes calls headers docstrings text manuals effects'
plant
compile
for rule in $rules; do
	found=$("$lint/$rule.sh" 2>&1) && [ -z "$found" ] ||
	    wrong "$rule finds fault with a clean tree: $found"
done

# bad RULE FILE SENTENCE <TEXT: appends TEXT to FILE of a clean tree.
bad()
{
	plant
	mkdir -p "$(dirname "$2")"
	cat >>"$2"
	[ "$1" != names ] || compile
	echo >>"$tree/tried"
	"$lint/$1.sh" 2>/dev/null | grep -E "^[^: ]+:[0-9]+:" | grep -qF "$3" ||
	    wrong "$1 does not say \"$3\""
}

lines()
{
	i=0
	while [ $((i += 1)) -le "$1" ]; do
		echo "$2"
	done
}

echo '#include "gtmd/plan/plan.h"' |
    bad layers core/base/err.c 'layer core/base may not include gtmd/plan/plan.h'
echo '	#	include "core/io/loop.h"' |
    bad layers core/wire/x.c 'layer core/wire may not include core/io/loop.h'
echo '#include "gtmd/plan/plan.h"' |
    bad layers tests/unit/zones/test_x.c 'layer zones may not include gtmd/plan/plan.h'
echo '#include <jansson.h>' |
    bad layers core/base/err.c '<jansson.h> belongs to core/model'
{ printf 'struct x {\n\tint\tidle, used[2];\n};\n'
    echo 'static int at = __builtin_offsetof(struct x, idle);'
    echo '/* offsetof(struct x, used): in a comment it is no row */'; } |
    bad effects gtmd/types/x.h 'x.idle is taken, and nobody reads it'
echo 'int x;' | bad layers helpers/x.c 'folder is not in tests/lint/layers.mk'
printf 'int\nset_err(void)\n{\n\treturn 0;\n}\n' |
    bad names core/base/err.c 'exports set_err'
echo 'int errors;' | bad names core/base/err.c 'exports errors'
echo 'int err_more;' | bad names core/wire/err.c 'err is taken by core/base/err.c'
{ printf 'void\nlong_one(void)\n{\n'; lines 80 '	;'; echo '}'; } |
    bad sizes core/base/err.c 'long_one has 83 lines'
lines 700 '' | bad sizes core/base/err.c 'lines, 700 at most'
lines 250 '' | bad sizes core/base/err.h 'lines, 250 at most'
printf 'int\nf(int a, int b, int c, int d, int (*e)(int, int), int g)\n{\n}\n' |
    bad sizes core/base/err.c 'f has 6 parameters'
for f in f g h; do
	printf 'void\n%s(void)\n{\n' $f; lines 30 '	;'; echo '}'
done | bad sizes core/base/err.c 'the median function has 33 lines'
for call in strcpy strcat sprintf vsprintf gets strtok atoi atol rand \
    localtime gmtime system alloca; do
	printf '\tx = %s (y);\n' "$call" | bad calls core/base/err.c "$call() is banned"
done
printf '\tx("/*"); atoi(y);\n' | bad calls core/base/err.c 'atoi() is banned'
printf '\tusleep(10);\n' | bad calls tests/unit/core/base/test_err.c 'do not sleep'
printf '    time.sleep(1)\n' | bad calls tests/func/scene_x.py 'do not sleep'
echo '/* XXX later */' | bad calls core/base/err.c 'a mark left behind'
echo 'struct y { size_t n; };' | bad headers core/base/err.h 'does not compile alone'
plant
compile
echo 'struct y { size_t n; };' >>core/base/err.h
"$lint/headers.sh" 2>/dev/null | grep -q 'err.h:1: does not compile alone' ||
    wrong 'headers goes by an object from before'
printf '#ifndef X_H\n#endif\n' | bad headers core/base/x.h 'guard is not CORE_BASE_X_H'
printf '#include <a.h>\n#include "core/wire/x.h"\n' >"$tree/c"
plant
touch core/wire/x.h
cp "$tree/c" core/wire/x.c
"$lint/headers.sh" 2>/dev/null | grep -q 'x.c:1: its own header comes first' ||
    wrong 'headers does not ask for the own header first'
echo 'int x;' | bad headers core/wire/x.c 'has no SPDX line'
echo 'int x;' | bad headers core/wire/x.c 'file head does not start'
printf 'int err_get(void);\n' | bad docstrings core/base/err.h 'err_get() has no comment'
printf '\nstruct a *\nerr_get(int b,\n    int c);\nint err_put(void);\n' |
    bad docstrings core/base/err.h 'err_get() has no comment'
echo 'int x; ' | bad text core/base/err.c 'trailing blank'
printf 'int x;\r\n' | bad text core/base/err.c 'carriage return'
printf 'int x;' | bad text core/base/err.c 'no newline at the end'
printf '\t\t\t\t\t\t\t\t\t\t\t\tint x;\n' | bad text core/base/err.c 'wider than 100'
echo '        int x;' | bad text core/base/err.c 'indented with blanks'
printf 'static int f(void)\n{\n}\n' | bad text core/base/err.c 'name is not at column 0'
printf '.Dd x\n.Sh NAME\n.Zz\n' | bad manuals docs/man/x.8 'x.8'
printf '#!/bin/sh\nif\n' | bad manuals tests/x.sh 'syntax error'
plant
mkdir -p build/bin
printf '#!/bin/sh\necho new\n' >build/bin/gtm-refman
chmod +x build/bin/gtm-refman
echo old >docs/reference.md
"$lint/manuals.sh" | grep -q 'is not current' || wrong 'an old reference passes'
printf '#!/bin/sh\necho "-t, --told, --untold"\n' >build/bin/x
chmod +x build/bin/x
printf '.Fl t , Fl -told\n' >docs/man/x.8
"$lint/manuals.sh" | grep -q 'x.8:1: --untold is not told' || wrong 'an option in no manual passes'

# The runner: what each program says, and the counting line it has to bring.
ran()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$tree/prog"
	chmod +x "$tree/prog"
	echo >>"$tree/tried"
	said=$("$tests/run" -t 1 "$tree/prog") && code=0 || code=$?
	last=$(printf '%s\n' "$said" | tail -1)
	[ "$last/$code" = "$1" ] || wrong "run: \"$2\" gives $last/$code, not $1"
}

ran '2 passed, 0 failed/0' 'echo 1..2; echo ok 1; echo ok 2'
ran '1 passed, 1 failed/1' 'echo 1..2; echo ok 1; echo not ok 2; exit 1'
ran '1 passed, 1 failed/1' 'echo 1..2; echo ok 1'
ran '1 passed, 1 failed/1' 'echo 1..1; echo ok 1; kill -SEGV $$'
ran '1 passed, 1 failed/1' 'echo 1..1; echo ok 1; exit 3'
ran '1 passed, 1 failed/1' 'echo 1..1; echo ok 1; sleep 60'
ran '0 passed, 1 failed/1' ':'
[ "$("$tests/run" || :)" = '0 passed, 0 failed' ] || wrong 'run: nothing is counted'
! "$tests/run" >/dev/null || wrong 'run: nothing ran, and that is fine'

# The installer, on a root of its own and with an apt-get that looks around.
cat >"$tree/apt" <<'END'
#!/bin/sh
sh "$DEPS_ROOT/usr/sbin/policy-rc.d"
echo "$? $*" >>"$DEPS_ROOT/apt.log"
[ "$1" = update ] || exit "${APT_RC:-0}"
END
chmod +x "$tree/apt"
echo 'build no-such-package' >"$tree/list"
export DEPS_ROOT="$tree/root" DEPS_APT="$tree/apt" DEPS_LIST="$tree/list"
policy=$DEPS_ROOT/usr/sbin/policy-rc.d

# deps_with RC: installs with an apt-get that ends so; root's rights are faked.
deps_with()
{
	echo >>"$tree/tried"
	APT_RC=$1 DEPS_LOCKED=1 DEPS_UID=0 "$tests/deps" build >/dev/null 2>&1 && rc=0 || rc=$?
}

for apt_rc in 0 1; do
	rm -rf "$DEPS_ROOT"
	mkdir -p "$DEPS_ROOT/usr/sbin" "$DEPS_ROOT/run"
	deps_with $apt_rc
	[ "$rc" -eq "$apt_rc" ] || wrong "deps: apt-get ends with $apt_rc, deps with $rc"
	[ ! -e "$policy" ] || wrong 'deps: policy-rc.d stays behind'
	grep -q '^101 install.* no-such-package$' "$DEPS_ROOT/apt.log" ||
	    wrong 'deps: services may start during the installation'
	ln -s /some/where "$policy"
	deps_with $apt_rc
	[ "$(readlink "$policy")" = /some/where ] ||
	    wrong 'deps: the policy-rc.d from before is not put back'
done

[ ! -s "$tree/wrong" ] || exit 1
echo "lint: selftest: $(wc -l <"$tree/tried") samples, each found"
