#!/usr/bin/python3
"""What both sites remember may be damaged, cut short, lost or out of room: streams come
whole, and what is left of it is used."""
import glob
import os
import random
import signal

from lib.scene import Skip, main, need, need_root, scene
from lib.womd import Sites, data

PIECE, MIB = data(11, 6 << 20), 1 << 20
DISK = "    dictionary-size 16\n    disk-cache-size 64\n    max-endpoint-count 1\n"


def files(site):
    """Of what it remembers: those that are as large as they were asked to be."""
    got = [p for p in glob.glob(os.path.join(site.folder, "state", "**"), recursive=True)
           if os.path.isfile(p) and os.path.getsize(p) > 16 * MIB]
    assert len(got) == 1, got
    return got[0]


def crossing(s, octets=PIECE):
    """Octets on the wires for one stream, which comes whole."""
    before = s.passed()
    assert s.through(0, octets), "it did not come whole"
    return s.passed() - before


def again(s, sig=signal.SIGTERM, meanwhile=None):
    for site in s.both:
        site.stop(sig)
    if meanwhile:
        meanwhile()
    for site in s.both:
        site.start()
    s.meet()


@scene("what was sent before costs next to nothing, after a restart and after kill -9, too")
def remembered(t):
    with Sites(t, dedup=DISK) as s:
        s.start()
        first = crossing(s)
        assert first > len(PIECE) // 10, first
        for sig in (signal.SIGTERM, signal.SIGKILL):
            again(s, sig)
            assert crossing(s) < first // 20, sig


def spoil(path, seed):
    """Octets here and there are others: in the heads and in what is remembered."""
    chance = random.Random(seed)
    size = os.path.getsize(path)
    with open(path, "r+b") as f:
        for at in [chance.randrange(2 * MIB) for _ in range(200)] + \
                [chance.randrange(size) for _ in range(2000)]:
            f.seek(at)
            f.write(chance.randbytes(chance.randrange(1, 100)))


def shorten(path, seed):
    os.truncate(path, os.path.getsize(path) // (3 + seed))


def garble(path, seed):
    with open(path, "r+b") as f:
        f.write(random.Random(seed).randbytes(1 << 16))


@scene("files that were damaged, cut short or overwritten between two lives do no harm")
def damaged(t):
    with Sites(t, dedup=DISK) as s:
        s.start()
        crossing(s)
        for which, harm in ((0, spoil), (1, spoil), (0, shorten), (1, shorten), (1, garble)):
            again(s, signal.SIGKILL, lambda: harm(files(s.both[which]), which))
            crossing(s)
            crossing(s, PIECE[MIB:] + PIECE[:MIB])


@scene("a file that is damaged and cut short while it is in use: streams come whole")
def damaged_alive(t):
    with Sites(t, dedup=DISK) as s:
        s.start()
        crossing(s)
        for site in s.both:
            spoil(files(site), 5)
            crossing(s)
        for site in s.both:
            shorten(files(site), 1)
            crossing(s)
        again(s)
        crossing(s)


@scene("no room on the disk: it says so and goes on in memory")
def full(t):
    need_root()
    state = os.path.join(t.dir, "a", "state")
    os.makedirs(state)
    if t.run([need("mount"), "-t", "tmpfs", "-o", "size=8m,mode=700", "none", state]).returncode:
        raise Skip("needs to mount a file system")
    try:
        with Sites(t, dedup=DISK) as s:
            s.start()
            first = crossing(s)
            assert crossing(s) < first // 20
            s.a.stop()
    finally:
        t.run([need("umount"), "-l", state])


if __name__ == "__main__":
    main()
