"""Servers side by side, and the load generator against each in turn."""
import subprocess

from peers import ALL
from report import Report, pairs
from server import TOP, URGENT, Failed
from workload import questions, write

PORT = 15353


class Behind(Failed):
    """The generator could not keep its pace: that says nothing of the server."""


class Bench:
    """The options, the directory, and what measures with them."""
    def __init__(self, args, base):
        self.args, self.base = args, base
        self.kinds = [k for k in ALL if k.name in args.only.split(",")]
        self.report = Report()

    def start(self, work, kinds):
        """Those that come up; what became of the others is told."""
        servers = []
        try:
            for i, kind in enumerate(kinds):
                server = kind(self.base, PORT + i, work)
                try:
                    server.start()
                except Failed as e:
                    self.report.failed("start", e)
                    continue
                servers.append(server)
        except BaseException:
            stop(servers)
            raise
        return servers

    def generator(self, server, names, kqps=0, seconds=None):
        """The load generator, started. With one thread to serve, it keeps the
        other processor to itself."""
        rank = URGENT if self.args.urgent else []
        own = ["-b", "-c", "1"] if server.work.threads == 1 else []
        return subprocess.Popen(
            rank + [f"{TOP}/build/bench/dnsload", "-p", str(server.port), "-q",
                    str(kqps * 1000), "-s", str(seconds or self.args.seconds)] + own + [names],
            stdout=subprocess.PIPE, text=True, start_new_session=True)

    def load(self, server, names, kqps=0, seconds=None):
        """One run of the generator, with the server's CPU per answer."""
        before = server.cpu_s()
        generator = self.generator(server, names, kqps, seconds)
        got = finish(generator, server.name, kqps)
        used = server.cpu_s() - before
        got["cpu_us"] = used / got["answered"] * 1e6
        got["busy"] = used / got["seconds"] / server.work.threads
        return got

    def rounds(self, servers, kind, kqps=0):
        """Rounds take turns, so that drift of the machine hits all alike.
        Returns the results by the servers' names."""
        names = f"{self.base}/{kind}"
        write(names, questions(kind, servers[0].work))
        rows, behind = {s.name: [] for s in servers}, {}
        for turn in range(-1, self.args.rounds):        # the first warms caches
            for s in [s for s in servers if s.name in rows]:
                try:
                    if turn == -1 and kind == "geo":
                        s.check_places()
                    got = self.load(s, names, kqps, 0.2 if turn == -1 else None)
                    if turn >= 0:
                        rows[s.name].append(got)
                except Behind as e:
                    behind[s.name] = e
                except Failed as e:
                    self.report.failed(kind, e)
                    del rows[s.name]
        for name in [name for name, got in rows.items() if not got]:
            self.report.failed(f"{kind}, each round", behind[name])
            del rows[name]
        return rows


def finish(generator, name, kqps=0):
    """What the generator found, if it is true and worth something."""
    out = generator.communicate()[0]
    if generator.returncode != 0:
        raise Failed(f"{name}: dnsload failed")
    got = pairs(out)
    if got["answered"] == 0 or got["good"] < got["answered"]:
        raise Failed(f"{name}: not every reply was an answer: {out}")
    if got["sent"] != got["answered"] + got["lost"]:
        raise Failed(f"{name}: the generator cannot count: {out}")
    if got["sent"] < 0.95 * kqps * 1000 * got["seconds"]:
        raise Behind(f"{name}: the generator sent {got['sent'] / got['seconds'] / 1e3:.0f} kqps, "
                     f"not {kqps}")
    return got


def stop(servers):
    for s in servers:
        s.stop()

