#!/usr/bin/python3
"""What both sites remember may be damaged, cut short, lost or out of room: streams come
whole, and what is left of it is used."""
import glob
import os
import random
import signal

from lib.scene import BIN, Skip, eventually, main, need, need_root, scene
from lib.womd import Sites, data, send

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


def known_crossing(s):
    """The same when each has told the other what it has: what is sent earlier costs all."""
    eventually(lambda: all(site.peer_stats()["storedShared"] > 0 for site in s.both), 10,
               "blocks that both have")
    return crossing(s)


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
            assert known_crossing(s) < first // 20, sig


def at_once(s, octets):
    """Sends them as soon as somebody takes them: before there is time for anything else."""
    def sent():
        try:
            with s.connect(0) as stream:
                return send(stream, octets)
        except OSError:
            return False
    with s.sink(0):
        eventually(sent, 20, "a stream at once")


@scene("a stream that comes with the tunnel waits until what both remember is at hand")
def early(t):
    with Sites(t, dedup=DISK) as s:
        s.start()
        first = crossing(s)
        for i, sig in enumerate((signal.SIGTERM, signal.SIGKILL, signal.SIGKILL)):
            for site in s.both:
                site.stop(sig)
            for site in s.both:
                site.start()
            before, cut = s.passed(), 7000 * (i + 1)	# no block of it is one of those before
            at_once(s, PIECE[cut:] + PIECE[:cut])
            assert s.passed() - before < first // 20, (sig, s.passed() - before, first)


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


def new_key(path):
    with open(path, "w", encoding="ascii") as f:
        os.chmod(path, 0o600)
        f.write(os.urandom(32).hex() + "\n")


def shows(path):
    """How many of 200 places of what was sent stand in the file."""
    with open(path, "rb") as f:
        there = f.read()
    places = (PIECE[at:at + 48] for at in range(0, len(PIECE) - 48, len(PIECE) // 200))
    return sum(there.find(p) != -1 for p in places if len(set(p)) > 16)


@scene("under a key the files are encrypted; another key, or none, begins them anew")
def encrypted(t):
    key = os.path.join(t.dir, "store.key")
    new_key(key)
    with Sites(t, dedup=DISK + f"    disk-cache-key-file {key}\n") as s:
        s.start()
        first = crossing(s)
        again(s, signal.SIGKILL)
        assert known_crossing(s) < first // 20
        assert [shows(files(site)) for site in s.both] == [0, 0]
        again(s, signal.SIGKILL, lambda: spoil(files(s.a), 3))
        crossing(s)
        again(s, meanwhile=lambda: new_key(key))
        assert crossing(s) > first // 2
        for site in s.both:
            site.logged("it was encrypted under another key")
            site.own["dedup"] = DISK
        again(s)
        assert crossing(s) > first // 2
        s.a.logged("it was encrypted")
        assert min(shows(files(site)) for site in s.both) > 50


@scene("a key that others may read, or that is none, is refused before it counts")
def no_key(t):
    key = os.path.join(t.dir, "store.key")
    new_key(key)
    os.chmod(key, 0o604)
    site = Sites(t, dedup=DISK + f"    disk-cache-key-file {key}\n").a
    conf = t.write("a/wom.conf", site.conf())
    for text, why in (("0" * 64, "mode 0604 lets others at it"), ("secret", "64 hexadecimal")):
        with open(key, "w", encoding="ascii") as f:
            f.write(text)
        out = t.run([os.path.join(BIN, "womd"), "-c", conf, "-s", site.folder])
        assert out.returncode == 1 and why in out.stdout and "secret" not in out.stdout, out
        os.chmod(key, 0o600)


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
