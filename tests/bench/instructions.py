#!/usr/bin/python3
"""Instructions per query of the answer path, case by case.

Counted by callgrind, so that two builds can be compared whatever else the
machine does; cycles are bench_answer's own to tell.

    tests/bench/instructions.py [BUILD [CASE ...]]

BUILD is the build folder ("build"). Needs valgrind.

SPDX-License-Identifier: Apache-2.0
"""
import re
import subprocess
import sys

PIECES = 40         # of 256 queries
CASES = ("static name", "static name, EDNS", "static name, asker noted",
         "static name, rate held", "wide IP, ratio, 2 members", "wide IP, EDNS",
         "CNAME chain of two", "no such name", "REFUSED")


def count(build, case):
    """Instructions that one query of this case executes."""
    told = subprocess.run(
        ["valgrind", "--tool=callgrind", "--toggle-collect=run_batch",
         "--callgrind-out-file=/dev/null", f"{build}/bench/bench_answer",
         "1000", case, str(PIECES)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=True).stderr
    return int(re.search(r"Collected : (\d+)", told)[1]) / (PIECES * 256)


def main():
    """Print a line for each case."""
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    for case in sys.argv[2:] or CASES:
        print(f"{case:<28} {count(build, case):6.0f}", flush=True)


if __name__ == "__main__":
    main()
