#!/usr/bin/python3
"""The other end of a tunnel is watched: who is gone is known to be gone, with all that was
behind it, and who is there again is used again."""
import signal

from lib.control import Wire
from lib.etherip import Sites
from lib.scene import eventually, main, scene


class Watcher:
    """The events of a site's control socket."""

    def __init__(self, control):
        self.wire = Wire(control.path)
        self.wire.request("GET", "/mgmt/tm/net/events?kind=tunnel")
        self.reply = self.wire.getresponse()
        assert self.reply.status == 200, self.reply.read()

    def until(self, *words):
        """The next event with all of these in it."""
        while True:
            line = self.reply.readline().decode()
            assert line, "the stream has ended"
            if line.startswith("data:") and all(w in line for w in words):
                return line


def tunnel(control):
    doc = control.ok("GET", "tunnels/tunnel/~Common~eip1/stats")
    entries = next(iter(doc["entries"].values()))["nestedStats"]["entries"]
    return {k: v.get("value", v.get("description")) for k, v in entries.items()}


def state(control):
    return tunnel(control)["status.availabilityState"]


def remote(control):
    return [o["mac"] for o in control.ok("GET", "fdb?tunnel=eip1")["items"]]


def play(t, words, stop, go_on):
    with Sites(t) as s:
        h, far = s.host(0), s.host(1)
        s.start(tunnel=words)
        near = s.sites[0]
        c = near.control()
        eventually(lambda: state(c) == "available", 10, "the other end seen")
        s.reaches(h, far)
        assert far.mac.hex(":") in remote(c)
        events = Watcher(c)
        stop(s)
        events.until("/Common/eip1", '"down"')
        shown = tunnel(c)
        assert shown["status.availabilityState"] == "offline" and shown["flaps"] == 1, shown
        assert shown["livenessReason"], shown
        assert remote(c) == [], "who was behind it is still known"
        assert "NO-CARRIER" in near.gate.run("ip", "link", "show", shown["device"])
        assert "tunnel state=down" in near.daemon.output()
        go_on(s)
        events.until("/Common/eip1", '"up"')
        assert state(c) == "available"
        s.reaches(h, far)
        assert "NO-CARRIER" not in near.gate.run("ip", "link", "show", shown["device"])


@scene("BFD: a peer that stands still is down, one that goes on is up")
def bfd(t):
    play(t, "    liveness bfd\n    liveness-interval 100\n",
         lambda s: s.sites[1].daemon.kill(signal.SIGSTOP),
         lambda s: s.sites[1].daemon.kill(signal.SIGCONT))


@scene("BFD as long as datagrams get: a way that loses these, and says nothing, is down")
def full_length(t):
    play(t, "    liveness bfd\n    liveness-interval 100\n    liveness-mtu enabled\n",
         lambda s: s.wan.ip("link set wan1 mtu 1400"),
         lambda s: s.wan.ip("link set wan1 mtu 1600"))


@scene("ICMP: the same of a peer whose wire is cut")
def echo(t):
    play(t, "    liveness icmp\n    liveness-interval 100\n",
         lambda s: s.wan.ip("link set wan1 down"), lambda s: s.wan.ip("link set wan1 up"))


@scene("one that is not watched is used, whatever it does")
def unwatched(t):
    with Sites(t) as s:
        s.start()
        c = s.sites[0].control()
        s.sites[1].daemon.stop()
        shown = tunnel(c)
        assert shown["status.availabilityState"] == "unknown", shown
        assert "NO-CARRIER" not in s.sites[0].gate.run("ip", "link", "show", shown["device"])


main()
