#!/usr/bin/python3
"""Real resolvers follow a delegation of just the application's name to gtmd."""
from lib.scene import Process, eventually, main, need, scene

NAME = "vmhttp.siterequest.com"
ROOT = """. 300 SOA a. h. 1 3600 600 86400 60
. 300 NS a.root.
a.root. 300 A 127.0.0.10
siterequest.com. 300 NS ns.siterequest.com.
ns.siterequest.com. 300 A 127.0.0.11
"""
PARENT = """$TTL 300
@ SOA ns h 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.11
vmhttp NS gtm1
gtm1 A 127.0.0.12
"""
CONF = """
gtm global-settings general {
    wideip-zone-nameserver gtm1.siterequest.com
}
gtm listener /Common/udp {
    address 127.0.0.12
    ip-protocol udp
    port 53
}
gtm listener /Common/tcp {
    address 127.0.0.12
    ip-protocol tcp
    port 53
}
gtm datacenter /Common/dc { }
gtm server /Common/s {
    datacenter /Common/dc
    product generic-host
    virtual-servers {
        vmhttp {
            destination 10.133.39.51:80
        }
    }
}
gtm pool a /Common/p {
    members {
        /Common/s:vmhttp { }
    }
    ttl 15
}
gtm wideip a /Common/vmhttp.siterequest.com {
    pools {
        /Common/p { }
    }
}
"""


def internet(t):
    """A root and a parent zone on BIND, gtmd below, in a namespace of ours."""
    inside = t.namespace([f"127.0.0.{i}/8" for i in (10, 11, 12, 20, 21)])
    t.write("root.zone", ROOT)
    t.write("parent.zone", PARENT)
    for name, addr, zone, file in (("root", "127.0.0.10", ".", "root.zone"),
                                   ("parent", "127.0.0.11", "siterequest.com", "parent.zone")):
        conf = t.write(f"{name}.conf", f"""
options {{ directory "{t.dir}"; listen-on {{ {addr}; }}; listen-on-v6 {{ none; }};
    recursion no; pid-file none; session-keyfile none; dnssec-validation no; }};
controls {{ }};
zone "{zone}" {{ type primary; file "{t.dir}/{file}"; }};
""")
        Process(t, name, [*inside, need("named"), "-g", "-c", conf])
    t.start(CONF, prefix=inside)
    return inside


def resolve(t, inside, addr, rdtype="A"):
    return t.run([*inside, need("dig"), "+short", "+tries=1", "+time=2", f"@{addr}", NAME,
                  rdtype]).stdout.split()


def resolves(t, inside, addr):
    eventually(lambda: resolve(t, inside, addr) == ["10.133.39.51"], 15,
               f"{addr} resolves {NAME}")
    assert resolve(t, inside, addr, "AAAA") == []
    assert resolve(t, inside, addr, "NS") == ["gtm1.siterequest.com."]


@scene("unbound finds the application through its delegation")
def unbound(t):
    inside = internet(t)
    t.write("hints", ". 300 NS a.root.\na.root. 300 A 127.0.0.10\n")
    conf = t.write("unbound.conf", f"""
server:
    interface: 127.0.0.20
    chroot: ""
    username: ""
    directory: "{t.dir}"
    pidfile: ""
    do-ip6: no
    use-syslog: no
    module-config: "iterator"
    do-not-query-localhost: no
    root-hints: "{t.dir}/hints"
    qname-minimisation-strict: yes
    harden-below-nxdomain: yes
remote-control:
    control-enable: no
""")
    Process(t, "unbound", [*inside, need("unbound"), "-d", "-c", conf])
    resolves(t, inside, "127.0.0.20")


@scene("BIND finds the application through its delegation")
def bind(t):
    inside = internet(t)
    t.write("hints", ". 300 NS a.root.\na.root. 300 A 127.0.0.10\n")
    conf = t.write("resolver.conf", f"""
options {{ directory "{t.dir}"; listen-on {{ 127.0.0.21; }}; listen-on-v6 {{ none; }};
    recursion yes; pid-file none; session-keyfile none; dnssec-validation no;
    qname-minimization strict; }};
controls {{ }};
zone "." {{ type hint; file "{t.dir}/hints"; }};
""")
    Process(t, "resolver", [*inside, need("named"), "-g", "-4", "-c", conf])
    resolves(t, inside, "127.0.0.21")


if __name__ == "__main__":
    main()
