#!/usr/bin/python3
"""What the WAN codec makes of real streams, with zstd beside it.

    tests/bench/codec.py CACHE [--levels 1,3,9] [--peers "-1,-3,-1 --long=31"]

The files are vmdata.py's, in CACHE; what is not there is left out. Streams of a machine
go through one history one after another, as sites see them; a file alone has a history
of its own. Told are the ratio and MB per second of user time of one core, encoding and
decoding, and how our ratio at each level compares with the best of the peers, which
pack each file as a whole, without blocks, order or repair, and know of no other file.
Ours include a name for each block and its check.
"""
import argparse
import os
import re
import resource
import subprocess
import sys

BENCH = "build/bench/bench_wom"
MOVES = ("a.mig", "b.mig", "c.mig")
ALONE = ("usr.tar", "usr.ext4")
LINE = re.compile(r"^(\S+) +\S+ +\S+ +(\S+) .* (\d+) +(\d+)$", re.M)


def ours(files, level):
    """By file's name: its ratio, MB/s encoded, decoded."""
    text = subprocess.run([BENCH, "-l", str(level), "-m", "2048", *files], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return {name: (float(ratio), float(enc), float(dec))
            for name, ratio, enc, dec in LINE.findall(text)}


def user_seconds(command, source, sink):
    was = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with open(source, "rb") as i, open(sink, "wb") as o:
        subprocess.run(command, stdin=i, stdout=o, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - was


def peer(path, options, room):
    size = os.path.getsize(path)
    memory = [o for o in options if o.startswith("--long")]
    packing = user_seconds(["zstd", "-cq", "-T1", *options], path, room)
    unpacking = user_seconds(["zstd", "-dcq", *memory], room, os.devnull)
    ratio = size / os.path.getsize(room)
    os.remove(room)
    return ratio, size / 1e6 / packing, size / 1e6 / unpacking


def cell(measured):
    return "{:7.2f} ({:.0f}/{:.0f})".format(*measured)


def table(cache, levels, peers):
    moves = [f for f in MOVES if os.path.exists(f"{cache}/{f}")]
    alone = [f for f in ALONE if os.path.exists(f"{cache}/{f}")]
    if not moves and not alone:
        sys.exit(f"codec: nothing to carry in {cache}: tests/bench/vmdata.py makes it")
    runs = [moves] * bool(moves) + [[f] for f in alone]
    mine = {level: {} for level in levels}
    for level in levels:
        for run in runs:
            mine[level].update(ours([f"{cache}/{f}" for f in run], level))
    theirs = {f: {p: peer(f"{cache}/{f}", p.split(), f"{cache}/codec.packed")
                  for p in peers} for f in moves + alone}
    heads = [f"level {n}" for n in levels] + [f"zstd {p}" for p in peers]
    print("ratio (MB/s of a core encoding/decoding)")
    print(f"{'':10}" + "".join(f"{h:>22}" for h in heads) + "   ours / best zstd")
    for f in moves + alone:
        cells = [cell(mine[n][f]) for n in levels] + [cell(theirs[f][p]) for p in peers]
        best = max(ratio for ratio, _, _ in theirs[f].values())
        print(f"{f:10}" + "".join(f"{c:>22}" for c in cells) + "   " +
              ", ".join(f"{mine[n][f][0] / best:.2f}" for n in levels))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("cache")
    ap.add_argument("--levels", default="1,3,9")
    # An option that begins with a dash: --peers="-1,-3".
    ap.add_argument("--peers", default="-1,-3,-1 --long=31,-3 --long=31")
    arg = ap.parse_args()
    table(os.path.abspath(arg.cache), [int(n) for n in arg.levels.split(",")],
          arg.peers.split(","))
    return 0


if __name__ == "__main__":
    sys.exit(main())
