#!/usr/bin/python3
"""What a bridge over several sites has to stand: loops, storms, floods of addresses."""
import re
import threading

from lib.etherip import EVERYBODY, Sites
from lib.scene import main, scene

LIMIT = 1024
STRANGERS = 100_000


def shout(src, dst=EVERYBODY, size=60, ethertype=b"\x08\x06"):
    return (dst + src + ethertype).ljust(size, b"\0")


def heard(s, frame):
    """How many of those frames the socket has, until it is silent."""
    s.settimeout(0.3)
    n = 0
    try:
        while True:
            n += s.recv(2048) == frame
    except TimeoutError:
        return n


@scene("three sites that are each other's neighbours are no loop")
def loop(t):
    with Sites(t, count=3) as s:
        hosts = [s.host(i) for i in range(3)]
        s.start()
        for a in hosts:
            for b in hosts:
                if a is not b:
                    s.reaches(a, b)
        ears, frame = [h.packets("eth0") for h in hosts[1:]], shout(hosts[0].mac)
        with hosts[0].packets("eth0") as mouth:
            for _ in range(50):
                mouth.send(frame)
        # Each site hears each of them once.
        assert [heard(e, frame) for e in ears] == [50, 50]


@scene("a storm at one site stays there, and connections live on")
def storm(t):
    with Sites(t) as s:
        a, b, noisy = s.host(0), s.host(1), s.host(0)
        s.start(group="    mode transparent\n    storm-frames 500\n")
        s.reaches(a, b)
        ear, going = s.wan.packets("wan0"), threading.Event()

        def blow():
            frames = shout(noisy.mac)
            with noisy.packets("eth0") as mouth:
                while not going.is_set():
                    for _ in range(1000):
                        mouth.send(frames)

        blower = threading.Thread(target=blow, daemon=True)
        blower.start()
        try:
            answered = sum(a.pings(b) for _ in range(20))
        finally:
            going.set()
            blower.join()
        assert answered >= 18, f"{answered} of 20 echoes in a storm"
        dropped = s.sites[0].stats("tunnels/tunnel/~Common~eip1")["droppedOut.storm-broadcast"]
        assert dropped > 1000, f"{dropped} broadcasts stayed"
        ear.close()


@scene("one hundred thousand strangers: the table keeps its limit, who was known stays known")
def strangers(t):
    with Sites(t) as s:
        a, b, liar = s.host(0), s.host(1), s.host(0)
        s.start(group=f"    mode transparent\n    max-stations {LIMIT}\n    storm-frames 0\n"
                      "    storm-octets 0\n")
        s.reaches(a, b)
        with liar.packets("eth0") as mouth:
            for i in range(STRANGERS):
                src = b"\x02\x99" + i.to_bytes(4, "big")
                mouth.send(shout(src))
        assert a.pings(b) and b.pings(a)
        for site in s.sites:
            text = site.gtmsh("show", "net", "fdb")
            count = len(re.findall(r"02:99:", text))
            assert 0 < count <= LIMIT, f"{count} strangers at site {site.i}"


if __name__ == "__main__":
    main()
