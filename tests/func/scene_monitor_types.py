#!/usr/bin/python3
"""Monitors of each type before real peers: what is up, what takes it down, and
the words for it."""
import socket
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


def certificate(t, name, days=30, cn="www.test", issuer=None):
    """Paths of a certificate and its key, signed by itself or by issuer."""
    cert, key, csr = (f"{t.dir}/{name}.{end}" for end in ("pem", "key", "csr"))
    sign = ["-signkey", key] if issuer is None else ["-CA", issuer[0], "-CAkey", issuer[1]]
    for words in (["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-nodes", "-keyout", key, "-subj", f"/CN={cn}", "-out", csr],
                  ["x509", "-req", "-in", csr, *sign, "-CAcreateserial", "-days", str(days),
                   "-out", cert]):
        subprocess.run([need("openssl"), *words], check=True, stderr=subprocess.DEVNULL)
    return cert, key


def web(t, pair, addr, port, more=""):
    """nginx that serves over TLS, or plainly without a certificate."""
    ssl = pair and f"ssl_certificate {pair[0]}; ssl_certificate_key {pair[1]};"
    name = f"nginx{len(t.processes)}"
    temp = "".join(f"{k}_temp_path {t.dir}/{name}; " for k in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf = t.write(f"{name}/conf", f"""
daemon off; master_process off; pid {t.dir}/{name}/pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
    access_log off; {temp}
    server {{
        listen {addr}:{port}{" ssl" if pair else ""}; {ssl or ""}
        {more}
        location / {{ return 200 "hello $ssl_protocol $ssl_session_reused.\\n"; }}
    }}
}}
""")
    p = Process(t, name, [need("nginx"), "-c", conf])

    def answers():
        with socket.socket() as s:
            return s.connect_ex((addr, port)) == 0
    eventually(answers, what="nginx")
    return p


def over_tls(body=""):
    recv = "" if "recv" in body else '    recv "hello TLSv1"\n'
    return monitor("https", recv + '    recv-status-code 200\n'
                   '    send "GET / HTTP/1.0\\r\\n\\r\\n"\n' + body)


@scene("https: signer, name and time of a certificate count with verify, and are named")
def certificates(t):
    port = t.web_port
    ca = certificate(t, "ca", cn="Our CA")
    verify = over_tls(f"    verify enabled\n    ca-file {ca[0]}\n    sni-server-name www.test\n")
    cases = [("good", {"issuer": ca}, "from=unknown to=up"),
             ("other", {"issuer": ca, "cn": "other.test"}, "certificate is of another name"),
             ("self", {}, "certificate is not trusted"),
             ("old", {"issuer": ca, "days": -1}, "certificate has expired or is not valid yet")]
    for i, (name, how, _) in enumerate(cases):
        web(t, certificate(t, name, **how), f"{t.net}.{i + 1}", port)
    t.start("".join(watched(verify if i == 0 else "", f"{t.net}.{i + 1}", port, c[0])
                    for i, c in enumerate(cases)).replace("gtm datacenter /Common/dc { }\n", "", 3))
    for i, (_, _, why) in enumerate(cases):
        line = f"/Common/m {t.net}.{i + 1}:{port} state "
        eventually(lambda: any(line in l and why in l for l in t.gtmd.output().splitlines()), 8,
                   line + why)
    assert t.gtmd.output().count("monitor /Common/m ") == len(cases), "nothing flaps"
    t.reload(watched(over_tls("    expiry-warning 60\n"), f"{t.net}.3", port))
    says(t, f"monitor /Common/m {t.net}.3:{port} certificate days=29")


@scene("https: sessions are taken up again; TLS 1.0 by compatibility; our own certificate")
def handshakes(t):
    port, pair = t.web_port, certificate(t, "self")
    old = "ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;"
    asks = f"ssl_verify_client on; ssl_client_certificate {pair[0]};"
    steps = [("ssl_session_cache shared:s:1m;", '    recv "TLSv1.[23] r"\n', "from=down to=up"),
             (old, "", "from=unknown to=up"),
             (old, "    compatibility disabled\n",
              'to=down cause="TLS handshake failed: alert 70 (protocol version)"'),
             (asks, f"    cert {pair[0]}\n    key {pair[1]}\n", "from=unknown to=up"),
             (asks, "", 'to=down cause="status 400 is not wanted"'),
             (None, "", 'to=down cause="TLS handshake failed"')]
    for i, (server, body, told) in enumerate(steps):
        addr = f"{t.net}.{i + 1}"
        web(t, server and pair, addr, port, server or "")
        text = watched(over_tls(body), addr, port)
        t.start(text) if i == 0 else t.reload(text)
        says(t, told)


@scene("the parents are F5's, and a rule may name them; others are refused by name")
def parents(t):
    site = t.site("site", 1)
    rule = ("/Common/tcp_half_open and /Common/gateway_icmp and /Common/udp and"
            " /Common/http and /Common/https and /Common/dns and /Common/grpc_health and"
            " /Common/redis and /Common/mysql and /Common/postgresql")
    text = watched(monitor("http"), site.addr, site.port)
    t.configure(text.replace("monitor /Common/m\n", f"monitor {rule}\n"))
    assert t.run([f"{BIN}/gtmd", "-c", t.conf, "-t"]).returncode == 0
    for kind in ("firepass", "ftp", "imap", "wmi"):
        t.configure(watched(monitor(kind), site.addr, site.port))
        out = t.run([f"{BIN}/gtmd", "-c", t.conf, "-t"])
        assert out.returncode != 0 and "there is no probe of this type yet" in out.stdout, out


if __name__ == "__main__":
    main()
