#!/usr/bin/python3
"""From a backend's death to the first changed answer: interval x fall, the time
of one probe, and what it takes to work it out."""
import os
import subprocess
import time

from lib.backends import DEATHS, Backend, SecureBackend, die, within
from lib.scene import SLOW, eventually, main, need, scene

INTERVAL_S, FALL, PROBE_S = 1, 2, 0.8
BOUND_S = INTERVAL_S * FALL + PROBE_S + 0.2
ROOM_S = 2.0	# for a machine that has other work
PERFECT = "127.9.9.9"


def configuration(backends, kind="http", extra='    recv-status-code "200"\n'):
    """A wide IP for each backend, which a host that nothing watches stands in for."""
    text = f"""
gtm datacenter /Common/dc {{ }}
gtm monitor {kind} /Common/m {{
    defaults-from /Common/{kind}
    fall {FALL}
    interval {INTERVAL_S}
    probe-timeout-ms {int(PROBE_S * 1000)}
    recv "hello"
    send "GET / HTTP/1.0\\r\\n\\r\\n"
    timeout 60
{extra}}}
gtm server /Common/spare {{
    datacenter /Common/dc
    product generic-host
    virtual-servers {{ v {{ destination {PERFECT}:80 }} }}
}}
"""
    for name, b in backends.items():
        text += f"""
gtm server /Common/{name} {{
    datacenter /Common/dc
    monitor /Common/m
    product generic-host
    virtual-servers {{ v {{ destination {b.addr}:{b.port} }} }}
}}
gtm pool a /Common/{name} {{
    load-balancing-mode global-availability
    members {{
        /Common/{name}:v {{ member-order 0 }}
        /Common/spare:v {{ member-order 1 }}
    }}
}}
gtm wideip a /Common/{name.replace("_", "-")}.example.com {{ pools {{ /Common/{name} {{ }} }} }}
"""
    return text


def answer(t, name):
    return t.answer(name.replace("_", "-") + ".example.com")


def times(t, backends, kill):
    """Seconds from each one's death to its changed answer."""
    for name, b in backends.items():
        t.becomes(name.replace("_", "-") + ".example.com", [b.addr])
    died, took = {}, {}
    for name in backends:
        kill(name)
        died[name] = time.monotonic()

    def all_changed():
        for name in backends.keys() - took.keys():
            if answer(t, name) == [PERFECT]:
                took[name] = time.monotonic() - died[name]
        return len(took) == len(backends)
    eventually(all_changed, BOUND_S + ROOM_S + 1, f"{sorted(backends)} are answered away")
    for name in sorted(backends):
        assert took[name] <= (BOUND_S + ROOM_S) * SLOW, (name, took)
    return took


@scene("refuse, reset, hang, 500, wrong body: all are answered away in time")
def detect(t):
    backends = {death: Backend(f"{t.net}.{i}", t.web_port) for i, death in enumerate(DEATHS, 1)}
    t.start(configuration(backends))
    took = times(t, backends, lambda name: die(backends[name], name))
    # A refusal waits for no probe's time.
    for name in ("refuse", "reset", "status_500", "wrong_body"):
        assert took[name] <= (INTERVAL_S * FALL + 0.2 + ROOM_S) * SLOW, took


@scene("half open: packets to the backend vanish, and it is answered away in time")
def half_open(t):
    inside, nft = t.namespace(), need("nft")
    with within(t.namespaces[-1].pid):
        backends = {"half_open": Backend(f"{t.net}.1", t.web_port)}
        t.start(configuration(backends), prefix=inside)
        times(t, backends, lambda name: subprocess.run(
            [*inside, nft, "add table ip t; add chain ip t in { type filter hook input "
             f"priority 0; }}; add rule ip t in tcp dport {t.web_port} drop"], check=True))


def expiring(t, seconds):
    """A certificate (PEM, with key) that signs itself and has so long to live; and
    when that is over, on the monotonic clock."""
    pem, end = os.path.join(t.dir, "site"), int(time.time()) + seconds
    t.write("site.db", "")
    conf = t.write("site.cnf", f"""[ca]
default_ca = one
[one]
database = {pem}.db
new_certs_dir = {t.dir}
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
""")
    for argv in (["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                  "/CN=www.test", "-keyout", pem + ".key", "-out", pem + ".csr"],
                 ["ca", "-batch", "-selfsign", "-notext", "-config", conf, "-in", pem + ".csr",
                  "-keyfile", pem + ".key", "-out", pem + ".crt", "-startdate", "20200101000000Z",
                  "-enddate", time.strftime("%Y%m%d%H%M%SZ", time.gmtime(end))]):
        out = t.run([need("openssl"), *argv])
        assert out.returncode == 0, out.stdout
    both = ""
    for part in (".key", ".crt"):
        with open(pem + part, encoding="ascii") as f:
            both += f.read()
    return t.write("site.pem", both), time.monotonic() + end - time.time()


@scene("a certificate expires, and its site is answered away in time")
def expired(t):
    pem, over = expiring(t, int(6 * SLOW))
    backends = {"expired": SecureBackend(f"{t.net}.1", t.web_port, pem)}
    t.start(configuration(backends, "https", f"    verify enabled\n    ca-file {pem}\n"
                          "    sni-server-name www.test\n    expiry-warning 0\n"))
    times(t, backends, lambda name: eventually(lambda: time.monotonic() >= over, 6, "it expires"))
    t.logged('to=down cause="certificate has expired')


if __name__ == "__main__":
    main()
