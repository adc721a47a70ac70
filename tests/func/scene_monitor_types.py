#!/usr/bin/python3
"""Monitors of each type before real peers: what is up, what takes it down, and
the words for it."""
import subprocess
import sys

from lib.scene import BIN, Process, eventually, main, need, scene

PEER = """
import socket, sys
kind, addr, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(type=socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((addr, port))
if kind == "tcp":
    s.listen(64)
print("bound", flush=True)
while True:
    if kind == "tcp":
        s.accept()
        print("accepted", flush=True)
    else:
        text, peer = s.recvfrom(65536)
        s.sendto(b"echo " + text, peer)
"""


def monitor(kind, body="", name="m", parent=None):
    """One of fast pace: down within 3 s, of whatever kind."""
    parent = parent or kind.replace("-", "_")
    return (f"gtm monitor {kind} /Common/{name} {{\n    defaults-from /Common/{parent}\n"
            f"    interval 1\n    probe-timeout 1\n    timeout 3\n{body}}}\n")


def watched(mon, addr, port, name="m"):
    """A server whose virtual server v is watched by monitor m."""
    return ("gtm datacenter /Common/dc { }\n" + mon
            + f"gtm server /Common/{name} {{\n    datacenter /Common/dc\n    monitor /Common/m\n"
            f"    product generic-host\n    virtual-servers {{\n        v {{\n"
            f"            destination {addr}:{port}\n        }}\n    }}\n}}\n")


def peer(t, kind, addr, port, prefix=()):
    p = Process(t, f"peer{len(t.processes)}",
                [*prefix, sys.executable, "-c", PEER, kind, addr, str(port)])
    eventually(lambda: "bound" in p.output(), 5, "peer is there")
    return p


def says(t, text, seconds=8):
    """A new line of the log about the monitor's state."""
    t.told = getattr(t, "told", 0)
    eventually(lambda: text in t.gtmd.output()[t.told:], seconds, f"log: {text}")
    t.told += t.gtmd.output()[t.told:].index(text) + len(text)


@scene("tcp-half-open: the server's program sees nothing; drops are silence, no port is down")
def half_open(t):
    inside = t.namespace()
    addr, port = "127.1.2.3", 8080
    server = peer(t, "tcp", addr, port, inside)
    t.start(watched(monitor("tcp-half-open"), addr, port), prefix=inside)
    says(t, "from=unknown to=up")
    nft = [*inside, need("nft")]
    subprocess.run([*nft, "add table ip t; add chain ip t in { type filter hook input priority 0; }"
                    f"; add rule ip t in tcp dport {port} drop"], check=True)
    says(t, 'from=up to=down cause="timed out"')
    subprocess.run([*nft, "delete table ip t"], check=True)
    says(t, "from=down to=up")
    assert "accepted" not in server.output(), server.output()
    server.stop()
    says(t, 'from=up to=down cause="connection refused"')


@scene("udp: an echo is judged, silence is up without recv, ICMP's refusal is down")
def udp(t):
    addr, port = f"{t.net}.1", t.web_port
    echo = peer(t, "udp", addr, port)
    send = '    recv "^echo ping [0-9]$"\n    send "ping 7"\n'
    t.start(watched(monitor("udp", send), addr, port))
    says(t, "from=unknown to=up")
    t.reload(watched(monitor("udp", send + "    reverse enabled\n"), addr, port))
    says(t, "from=up to=down cause=\"match for ")
    t.reload(watched(monitor("udp"), addr, port))
    says(t, "from=down to=up")
    echo.stop()
    says(t, 'from=up to=down cause="connection refused"')


@scene("gateway-icmp: both families, a server of any port; who answers no echo is silent")
def icmp(t):
    inside = t.namespace(["2001:db8::7/128"])
    six = watched(monitor("gateway-icmp"), "2001:db8::7", 0, "six").replace(":0\n", ".0\n")
    four = watched("", "127.1.2.3", 0, "four").replace("gtm datacenter /Common/dc { }\n", "")
    t.start(six + four, prefix=inside)
    says(t, "127.1.2.3")
    eventually(lambda: t.gtmd.output().count("from=unknown to=up") == 2, 5, "both are up")
    ignore = "/proc/sys/net/ipv4/icmp_echo_ignore_all"
    subprocess.run([*inside, "sh", "-c", f"echo 1 >{ignore}"], check=True)
    says(t, 'from=up to=down cause="timed out"')
    assert t.gtmd.output().count("to=down") == 1
    subprocess.run([*inside, "sh", "-c", f"echo 0 >{ignore}"], check=True)
    says(t, "from=down to=up")


@scene("the parents are F5's, and a rule may name them; others are refused by name")
def parents(t):
    site = t.site("site", 1)
    rule = "/Common/tcp_half_open and /Common/gateway_icmp and /Common/udp and /Common/http"
    text = watched(monitor("http"), site.addr, site.port)
    t.configure(text.replace("monitor /Common/m\n", f"monitor {rule}\n"))
    assert t.run([f"{BIN}/gtmd", "-c", t.conf, "-t"]).returncode == 0
    for kind in ("firepass", "ftp", "imap", "wmi"):
        t.configure(watched(monitor(kind), site.addr, site.port))
        out = t.run([f"{BIN}/gtmd", "-c", t.conf, "-t"])
        assert out.returncode != 0 and "there is no probe of this type yet" in out.stdout, out


if __name__ == "__main__":
    main()
