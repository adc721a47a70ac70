"""What is served and asked for: one zone, and dynamic names in it.

Static names are host0 … hostN. A dynamic name "wM" answers with one of M
members by ratio 3:1, each member watched by a TCP check; "d0 … dN" are as many
names with two members each. "geo" answers a client of each of NETS networks
with one of SITES addresses, by EDNS client subnet.
"""
import dataclasses
import os
import socket
import threading

ZONE = "bench.example"
HEALTH_PORT = 18081
HEAD = (f"$ORIGIN {ZONE}.\n$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n"
        "@ NS ns1\nns1 A 127.0.0.1\n")
QUERIES = 1 << 16       # the generator's list; a million would not fit its cache
SITES, NETS = 16, 1024


@dataclasses.dataclass
class Work:
    """How much of it, and with how many threads."""
    names: int = 1000
    members: tuple = ()         # sizes of the pools behind w2, w64
    wides: int = 0              # d0 … with two members each
    threads: int = 1
    geo: bool = False

    def pools(self):
        """(name, [(address, ratio)]) of each name by ratio."""
        for m in self.members:
            yield f"w{m}", members(m)
        for i in range(self.wides):
            yield f"d{i}", members(2)

    def most_members(self):
        return max(self.members + ((2,) if self.wides else ()), default=0)


def members(count):
    return [(f"127.0.0.{i + 2}", 1 if i % 2 else 3) for i in range(count)]


def network(i):
    return f"10.{i >> 8}.{i & 255}.0/24"


def site(i):
    return f"127.0.1.{i + 1}"


def site_of(net):
    return net * 7 % SITES


def write(path, text):
    """In the place of what is there, at once."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="ascii") as f:
        f.write(text)
    os.rename(path + ".new", path)


def zone_text(work, dynamic=None, geo=None):
    """The zone; dynamic(name, members) is the line of a name by ratio, geo the
    one of the name by place."""
    lines = "".join(f"host{i} A 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\n"
                    for i in range(work.names))
    if dynamic is not None:
        lines += "".join(dynamic(name, of) for name, of in work.pools())
    return HEAD + lines + (geo + "\n" if work.geo and geo else "")


def questions(kind, work):
    """Lines for the generator: names in an order that no cache foresees."""
    if kind == "static":
        names = (f"host{i * 7919 % work.names}" for i in range(QUERIES))
    elif kind == "wides":
        names = (f"d{i * 7919 % work.wides}" for i in range(QUERIES))
    elif kind == "geo":
        return "".join(f"geo.{ZONE} A {network(i * 379 % NETS)}\n" for i in range(NETS))
    else:
        names = [kind] * 64
    return "".join(f"{n}.{ZONE} A\n" for n in names)


def play_sites():
    """Takes connections at every address of 127/8 and closes them."""
    listener = socket.create_server(("0.0.0.0", HEALTH_PORT), backlog=1024)

    def serve():
        while True:
            listener.accept()[0].close()

    threading.Thread(target=serve, daemon=True).start()
