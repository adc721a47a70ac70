#!/usr/bin/python3
"""tests/lint/effects.py - fields of property tables that nobody reads.

    effects.py EXCEPTIONS <FOLDERS

The compiler is asked, for a field's name alone says little: a copy of the headers
in which each field that a row names is marked as deprecated, and the warnings of
all files that see it. What only the tables themselves use (rows, checks) has no
effect, unless a line of EXCEPTIONS, "struct.field reason", says why it is there.
SPDX-License-Identifier: Apache-2.0
"""
import concurrent.futures
import fnmatch
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

TABLES = ("gtmd/types/*", "monitors/monitor*", "wom/types/*", "etherip/types/*")
ROW = re.compile(r"__builtin_offsetof\s*\(\s*struct\s+(\w+)\s*,\s*(\w+)")
STRUCT = re.compile(r"^struct (\w+) \{\n(.*?)^\}", re.S | re.M)
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
USED = re.compile(r"^(\S+?):\d+:\d+: warning: .*\bFIELD (\w+\.\w+)", re.M)
# Which warnings there are is asked here, not by the flags of the build.
COMPILER = [w for w in shlex.split(os.environ.get("LINT_CC", "cc -I."))
            if not w.startswith(("-W", "-MM", "-MP"))]


def is_table(path):
    return any(fnmatch.fnmatch(os.path.normpath(path), t) for t in TABLES)


def compiler(*args):
    """args come first: what they include is found before what the flags name."""
    return subprocess.run([COMPILER[0], *args, *COMPILER[1:]], capture_output=True, text=True,
                          check=False)


def text_of(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def rows_of(path):
    """{(struct, field)} that the rows in a file name, macros and all."""
    return set(ROW.findall(compiler("-E", "-P", path).stdout))


def mark(path, rows, to):
    """A copy of a header with the fields marked; returns {"struct.field": (path, line)}."""
    text, found = text_of(path), {}

    def in_struct(m):
        body = m.group(2)
        for struct, field in rows:
            if struct != m.group(1):
                continue
            mine = re.search(rf"[\s*]({field}(\[[^\]]*\])*)\s*[,;]", body)
            if not mine:
                continue
            line = text.count("\n", 0, m.start(2)) + body.count("\n", 0, mine.start(1)) + 1
            found[f"{struct}.{field}"] = (path, line)
            sign = f' __attribute__((deprecated("FIELD {struct}.{field}")))'
            body = body[:mine.end(1)] + sign + body[mine.end(1):]
        return text[m.start():m.start(2)] + body + text[m.end(2):m.end()]
    marked = STRUCT.sub(in_struct, text)
    if found:
        os.makedirs(os.path.dirname(f"{to}/{path}"), exist_ok=True)
        with open(f"{to}/{path}", "w", encoding="utf-8") as f:
            f.write(marked)
    return found


def who_sees(files, seen):
    """Those of the files that include one of seen, or another that does."""
    includes = {f: set(INCLUDE.findall(text_of(f))) for f in files}
    seen = set(seen)
    while more := {f for f in files if f not in seen and includes[f] & seen}:
        seen |= more
    return seen


def uses_in(path, to):
    """{"struct.field"} that a file outside the tables uses."""
    said = compiler("-fsyntax-only", "-fno-diagnostics-show-caret", "-Wdeprecated-declarations",
                    f"-I{to}", path).stderr
    return {field for where, field in USED.findall(said) if not is_table(
        os.path.relpath(where, to) if where.startswith(to) else where)}


def exceptions(path):
    lines = enumerate(text_of(path).splitlines(), 1)
    return {line.split()[0]: n for n, line in lines if line and line[0] != "#"}


def main():
    files = [f for folder in sys.stdin.read().split()
             for f in sorted(glob.glob(f"{folder}/*.[ch]"))]
    tables = [f for f in files if is_table(f)]
    others = [f for f in who_sees(files, tables) if f.endswith(".c") and not is_table(f)]
    if not tables:
        return
    excused, needed = exceptions(sys.argv[1]), set()
    with tempfile.TemporaryDirectory() as to, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        rows = set().union(*workers.map(rows_of, [
            f for f in tables if f.endswith(".c") or "offsetof(" in text_of(f)]))
        fields = {}
        for f in tables:
            if f.endswith(".h"):
                fields.update(mark(f, sorted(rows), to))
        used = set().union(*workers.map(lambda f: uses_in(f, to), others))
    for field, (path, line) in sorted(fields.items()):
        if field in used:
            continue
        why = [x for x in excused if fnmatch.fnmatch(field, x)]
        needed.update(why)
        if not why:
            print(f"{path}:{line}: {field} is taken, and nobody reads it")
    for x in set(excused) - needed:
        print(f"{sys.argv[1]}:{excused[x]}: {x} needs no excuse")


main()
