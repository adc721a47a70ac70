#!/usr/bin/python3
"""Real resolvers follow a delegation of just the application's name to gtmd,
and those who judge delegations find nothing to complain of."""
import json

from lib import internet
from lib.scene import Process, eventually, main, need, scene


def resolves(t, inside):
    addr = internet.RESOLVER
    eventually(lambda: internet.ask(t, inside, addr) == ["10.133.39.51"], 15,
               f"{addr} resolves {internet.NAME}")
    assert internet.ask(t, inside, addr, rdtype="AAAA") == []
    assert sorted(internet.ask(t, inside, addr, rdtype="NS")) == [
        "gtm1.siterequest.com.", "gtm2.siterequest.com."]


@scene("unbound finds the application through its delegation")
def unbound(t):
    inside = internet.build(t)
    conf = t.write("unbound.conf", f"""
server:
    interface: {internet.RESOLVER}
    chroot: ""
    username: ""
    directory: "{t.dir}"
    pidfile: ""
    do-ip6: no
    use-syslog: no
    module-config: "iterator"
    root-hints: "{t.dir}/hints"
    access-control: 0.0.0.0/0 allow
    qname-minimisation-strict: yes
    harden-below-nxdomain: yes
remote-control:
    control-enable: no
""")
    Process(t, "unbound", [*inside, need("unbound"), "-d", "-c", conf])
    resolves(t, inside)


@scene("BIND finds the application through its delegation")
def bind(t):
    inside = internet.build(t)
    conf = t.write("resolver.conf", f"""
options {{ directory "{t.dir}"; listen-on {{ {internet.RESOLVER}; }}; listen-on-v6 {{ none; }};
    recursion yes; pid-file none; session-keyfile none; dnssec-validation no;
    qname-minimization strict; allow-recursion {{ any; }}; }};
controls {{ }};
zone "." {{ type hint; file "{t.dir}/hints"; }};
""")
    Process(t, "resolver", [*inside, need("named"), "-g", "-4", "-c", conf])
    resolves(t, inside)


@scene("Knot Resolver finds the application through its delegation")
def knot(t):
    inside = internet.build(t)
    conf = t.write("kresd.conf", f"""
net.listen('{internet.RESOLVER}', 53)
net.ipv6 = false
trust_anchors.remove('.')
modules = {{ 'hints > iterate' }}
hints.root({{ ['a.root.'] = '{internet.ROOT}' }})
cache.open(10 * MB, 'lmdb://{t.dir}/cache')
""")
    Process(t, "kresd", [*inside, need("kresd"), "-n", "-c", conf, t.dir])
    resolves(t, inside)


@scene("zonemaster has no warning for the delegated application")
def zonemaster(t):
    inside = internet.build(t)
    out = t.run([*inside, need("zonemaster-cli"), "--hints", f"{t.dir}/hints", "--no-ipv6",
                 "--level", "INFO", "--json", internet.NAME]).stdout
    told = json.loads(out[out.index("["):out.rindex("]") + 1])
    assert any(m["tag"] == "HAS_NAMESERVERS" for m in told), out
    bad = [m for m in told if m["level"] in ("WARNING", "ERROR", "CRITICAL")]
    assert not bad, bad


@scene("dnsviz has neither error nor warning for the delegated application")
def dnsviz(t):
    inside, probe = internet.build(t), f"{t.dir}/probe.json"
    t.run([*inside, need("dnsviz"), "probe", "-4", "-A", "-o", probe, "-x",
           f"siterequest.com:ns1.siterequest.com={internet.PARENT}", internet.NAME])
    grok = [*inside, need("dnsviz"), "grok", "-r", probe, "-l"]
    told = t.run([*grok, "info"]).stdout
    assert '"NOERROR"' in told or "10.133.39.51" in told, told
    assert json.loads(t.run([*grok, "warning"]).stdout or "{}") == {}, told


if __name__ == "__main__":
    main()
