#!/usr/bin/python3
"""Real resolvers follow a delegation of just the application's name to gtmd,
and those who judge delegations find nothing to complain of."""
import json

from lib import internet
from lib.control import Control
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


NEAR, FAR, SIX, REST = "10.133.39.51", "10.133.56.51", "10.133.66.51", "10.133.77.51"
RESOLVER6 = "2001:db8:30::20"
# Two clients of each network that a record names, and two of none.
CLIENTS = {NEAR: ("10.1.1.5", "10.1.2.5"), FAR: ("10.9.1.5", "10.9.200.5"),
           SIX: ("2001:db8:5:1::5", "2001:db8:5:2::5"), REST: ("192.0.2.5", "192.0.2.6")}


def by_topology():
    """The application at four places; who is sent where is topology's."""
    places = {NEAR: "near", FAR: "far", SIX: "six", REST: "rest"}
    text = internet.CONF[:internet.CONF.index("gtm datacenter")]
    for addr, name in places.items():
        text += (f"gtm datacenter /Common/{name} {{ }}\ngtm server /Common/{name} {{\n"
                 f"    datacenter /Common/{name}\n    product generic-host\n"
                 f"    virtual-servers {{\n        v {{\n            destination {addr}:80\n"
                 "        }\n    }\n}\n")
    for net, name, score in (("10.0.0.0/8", "near", 10), ("10.9.0.0/16", "far", 20),
                             ("2001:db8:5::/48", "six", 10), ("0.0.0.0/0", "rest", 1)):
        text += (f"gtm topology ldns: subnet {net} server: datacenter /Common/{name} {{\n"
                 f"    order 0\n    score {score}\n}}\n")
    text += ("gtm pool a /Common/p {\n    load-balancing-mode topology\n    members {\n"
             + "".join(f"        /Common/{name}:v {{ }}\n" for name in places.values())
             + "    }\n    ttl 600\n}\n")
    return text + internet.CONF[internet.CONF.index("gtm wideip"):].replace(
        "    pools {", "    topology-prefer-edns0-client-subnet enabled\n    pools {", 1)


@scene("unbound tells who asks (EDNS client subnet), and keeps the answers of networks apart")
def subnetcache(t):
    everybody = [addr for pair in CLIENTS.values() for addr in pair]
    inside = internet.build(t, by_topology(), [
        f"{a}/{128 if ':' in a else 32}" for a in (*everybody, RESOLVER6)])
    conf = t.write("unbound.conf", f"""
server:
    interface: {internet.RESOLVER}
    interface: {RESOLVER6}
    chroot: ""
    username: ""
    directory: "{t.dir}"
    pidfile: ""
    do-ip6: yes
    prefer-ip4: yes
    use-syslog: no
    module-config: "subnetcache iterator"
    send-client-subnet: {internet.GTM}
    send-client-subnet: {internet.GTM2}
    max-client-subnet-ipv4: 24
    max-client-subnet-ipv6: 56
    root-hints: "{t.dir}/hints"
    access-control: 0.0.0.0/0 allow
    access-control: ::/0 allow
remote-control:
    control-enable: no
""")
    Process(t, "unbound", [*inside, need("unbound"), "-d", "-c", conf])
    control = Control(t)

    def asked():
        stats, = control.ok("GET", f"/mgmt/tm/gtm/wideip/a/~Common~{internet.NAME}/stats")[
            "entries"].values()
        return stats["nestedStats"]["entries"]["requests"]["value"]

    def sent(source):
        return internet.ask(t, inside, RESOLVER6 if ":" in source else internet.RESOLVER,
                            source=source)

    eventually(lambda: sent("192.0.2.5") == [REST], 15, "unbound resolves")
    for place, (first, second) in CLIENTS.items():
        assert sent(first) == [place], (first, sent(first))
        before = asked()
        # The other client is within the scope of what the first one was told.
        assert sent(second) == [place] and sent(first) == [place], (second, sent(second))
        assert asked() == before, f"{second} was not answered out of {first}'s network"
    before = asked()
    assert all(sent(a) == [place] for place, pair in CLIENTS.items() for a in pair)
    assert asked() == before
    control.close()


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
