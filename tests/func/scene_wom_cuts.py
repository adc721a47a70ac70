#!/usr/bin/python3
"""Whatever happens to the tunnels and to those at their ends, what comes out is what went
in, or an error: never other octets, never an end before the end."""
import hashlib
import random
import signal
import threading

from lib.scene import eventually, main, scene
from lib.womd import Scissors, Sites, data, send

CUTS, PIECES = 50, [data(seed, 1 << 20) for seed in range(4)]


def whole():
    """What a far server may have had, when it has seen an end."""
    return {(len(p), hashlib.sha256(p).hexdigest()) for p in PIECES}


class Traffic:
    """Streams both ways, one after another in some threads, until told to end."""

    def __init__(self, s, threads, seed):
        self.s, self.going, self.results, self.bad = s, True, [], []
        self.sinks = [s.sink(i) for i in (0, 1)]
        self.threads = [threading.Thread(target=self.work, args=(i, seed + i), daemon=True)
                        for i in range(threads)]
        for t in self.threads:
            t.start()

    def work(self, i, seed):
        chance = random.Random(seed)
        while self.going:
            try:
                with self.s.connect(i % 2) as c:
                    self.results.append(send(c, chance.choice(PIECES)))
            except OSError:
                self.results.append(False)
            except AssertionError as why:
                self.bad.append(str(why))

    def moving(self):
        """Waits until something is under way."""
        before = self.s.passed()
        eventually(lambda: self.s.passed() > before + 300000, what="octets under way")

    def end(self):
        """Lets all come to its end; what the far servers saw has to be whole."""
        self.going = False
        for t in self.threads:
            t.join(30)
        assert not any(t.is_alive() for t in self.threads), "a stream that never ends"
        assert not self.bad, self.bad
        for sink in self.sinks:
            sink.__exit__()
            seen = {r for r in sink.results if not isinstance(r, OSError)}
            assert seen <= whole() | {(0, hashlib.sha256().hexdigest())}, seen


@scene("50 cuts at random places: every stream comes whole, and none is reset")
def cuts(t):
    with Sites(t) as s:
        s.start()
        scissors = Scissors(s.wires, 7, CUTS, 20000, 300000)
        traffic = Traffic(s, 6, 1)
        try:
            eventually(lambda: scissors.left == 0, 60, "all cuts")
        finally:
            traffic.end()
        assert all(traffic.results), traffic.results


def killed(t, which):
    with Sites(t) as s:
        s.start()
        site = s.both[which]
        traffic = Traffic(s, 4, 2)
        try:
            traffic.moving()
            site.stop(signal.SIGKILL)
            eventually(lambda: False in traffic.results, what="who spoke through it to know")
            site.start()
            before = traffic.results.count(True)
            eventually(lambda: traffic.results.count(True) > before + 4, 20, "streams again")
        finally:
            traffic.end()
        s.meet()


@scene("who takes the streams is killed: senders know, nothing is taken for whole, and on it goes")
def far_killed(t):
    killed(t, 1)


@scene("who opens them is killed: the same")
def near_killed(t):
    killed(t, 0)


if __name__ == "__main__":
    main()
