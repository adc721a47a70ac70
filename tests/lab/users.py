"""Those who use the application: by its name, through real resolvers, all the time.

Every request is on record: when it began, how long it took, which site and which machine
answered, or what went wrong. Clients behind unbound, which keeps the TTL; one behind an unbound
that does not (it pins); and sessions of one connection each, whose octets are compared.
"""
import http.client
import random
import socket
import threading
import time
from dataclasses import dataclass, field

import dns.exception
import dns.message
import dns.query
import dns.rdatatype

from datacenters import CLIENT, USERS, VIRTUAL

from lib.scene import Process, eventually, need

NAME = "vmhttp.siterequest.com"
HONEST, PINNING = (USERS[0], 5301), (USERS[0], 5302)


def resolvers(lab, pin_s):
    """unbound as users have it, and one that keeps answers for pin_s at least."""
    t = lab.stage
    for name, (address, port), words in (("honest", HONEST, ""), (
            "pinning", PINNING, f"cache-min-ttl: {pin_s}")):
        conf = t.write(f"{name}.conf", f"""
server:
    interface: {address}
    port: {port}
    access-control: 10.0.0.0/8 allow
    chroot: ""
    username: ""
    directory: "{t.dir}"
    pidfile: ""
    use-syslog: no
    do-ip6: no
    module-config: "iterator"
    {words}
stub-zone:
    name: "siterequest.com"
    stub-addr: {CLIENT[0]}
remote-control:
    control-enable: no
""")
        Process(t, f"unbound-{name}", [*lab.users.inside, need("unbound"), "-d", "-c", conf])
        eventually(lambda at=(address, port): resolves(lab, at), 15, f"resolver {name}")


def resolves(lab, at):
    try:
        with lab.users.entered():
            return dns.query.udp(dns.message.make_query(NAME, "A"), at[0], port=at[1],
                                 timeout=1).answer
    except (OSError, dns.exception.DNSException):
        return False


@dataclass
class Request:
    began: float
    took: float
    client: str
    site: int = -1          # whose virtual server it was; -1: it had no address
    machine: str = ""
    wrong: str = ""


@dataclass
class Record:
    """What all clients saw."""
    requests: list = field(default_factory=list)
    resets: int = 0
    octets: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, request):
        with self.lock:
            self.requests.append(request)


class Client(threading.Thread):
    """Asks for the page, again and again."""

    def __init__(self, lab, name, record, resolver, keep=1, think_s=0.05):
        super().__init__(daemon=True, name=name)
        self.lab, self.record, self.resolver = lab, record, resolver
        self.keep, self.think_s, self.going = keep, think_s, True
        self.start()

    def run(self):
        with self.lab.users.entered():
            while self.going:
                self.visit()

    def address(self):
        q = dns.message.make_query(NAME, "A")
        r = dns.query.udp(q, self.resolver[0], port=self.resolver[1], timeout=5)
        found = [rd.address for rrset in r.answer for rd in rrset
                 if rd.rdtype == dns.rdatatype.A]
        if not found:
            raise OSError(f"no address: {dns.rcode.to_text(r.rcode())}")
        return random.choice(found)

    def visit(self):
        """One connection, as many requests as it is for."""
        wire, address = None, None
        for _ in range(self.keep):
            began, site, machine, wrong = time.monotonic(), -1, "", ""
            try:
                if wire is None:
                    address = self.address()
                    wire = http.client.HTTPConnection(address, 80, timeout=20)
                site = VIRTUAL.index(address)
                wire.request("GET", "/", headers={} if self.keep > 1 else
                             {"Connection": "close"})
                answer = wire.getresponse()
                machine = answer.read().decode().strip()
                if answer.status != 200:
                    wrong = f"status {answer.status}"
            except (OSError, http.client.HTTPException, dns.exception.DNSException) as why:
                wrong = f"{type(why).__name__}: {why}"
            self.record.add(Request(began, time.monotonic() - began, self.name, site, machine,
                                    wrong))
            if wrong or not self.going:
                break
            pause(self.think_s)
        if wire is not None:
            wire.close()

    def end(self):
        self.going = False


class Session(threading.Thread):
    """One connection for the whole time; every octet comes back as it was sent."""

    def __init__(self, lab, name, record):
        super().__init__(daemon=True, name=name)
        self.lab, self.record, self.going, self.wrong = lab, record, True, ""
        self.longest_s = 0.0
        self.start()

    def run(self):
        chance = random.Random(self.name)
        try:
            with self.lab.users.entered():
                s = socket.create_connection((VIRTUAL[0], 7), 10)
            s.settimeout(30)
            while self.going:
                block, got, began = chance.randbytes(2048), b"", time.monotonic()
                s.sendall(block)
                while len(got) < len(block):
                    octets = s.recv(len(block) - len(got))
                    if not octets:
                        raise OSError("it was closed")
                    got += octets
                if got != block:
                    raise OSError("other octets came back")
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                self.record.octets += len(block)
                pause(0.02)
            s.close()
        except OSError as why:
            self.wrong = f"{type(why).__name__}: {why}"
            self.record.resets += 1

    def end(self):
        self.going = False


def pause(seconds):
    """A user reads what came."""
    time.sleep(seconds)


class Users:
    """All of them."""

    def __init__(self, lab, clients=4, keepers=2, sessions=2, pin_s=120):
        self.record = Record()
        resolvers(lab, pin_s)
        self.lab, self.numbers, self.people = lab, (clients, keepers, sessions), []

    def begin(self):
        clients, keepers, sessions = self.numbers
        for n in range(clients):
            self.people.append(Client(self.lab, f"client{n}", self.record, HONEST))
        for n in range(keepers):
            self.people.append(Client(self.lab, f"keeper{n}", self.record, HONEST, keep=40))
        self.people.append(Client(self.lab, "pinned", self.record, PINNING))
        for n in range(sessions):
            self.people.append(Session(self.lab, f"session{n}", self.record))

    def answered(self, since=0.0):
        """Requests that went well and began since then."""
        with self.record.lock:
            return [r for r in self.record.requests if not r.wrong and r.began >= since]

    def end(self):
        for p in self.people:
            p.end()
        for p in self.people:
            p.join(40)

    def sessions(self):
        return [p for p in self.people if isinstance(p, Session)]
