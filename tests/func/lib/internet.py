"""An internet of its own, in a namespace: a root and the parent zone on BIND,
gtmd below them for a delegated application, and resolvers to send there."""
from lib.scene import Process, eventually, need

NAME = "vmhttp.siterequest.com"
# Addresses that look public to the judges; nothing leaves the namespace.
ROOT, PARENT, PARENT2 = "5.10.0.10", "5.11.0.10", "5.12.0.10"
GTM, GTM2, RESOLVER = "5.20.0.53", "5.21.0.53", "5.30.0.20"
HINTS = f". 300 NS a.root.\na.root. 300 A {ROOT}\n"
ROOT_ZONE = f"""$TTL 300
. SOA a.root. hostmaster.root. 1 10800 3600 604800 300
. NS a.root.
a.root. A {ROOT}
siterequest.com. NS ns1.siterequest.com.
siterequest.com. NS ns2.siterequest.com.
53.0.20.5.in-addr.arpa. PTR gtm1.siterequest.com.
53.0.21.5.in-addr.arpa. PTR gtm2.siterequest.com.
ns1.siterequest.com. A {PARENT}
ns2.siterequest.com. A {PARENT2}
"""
PARENT_ZONE = f"""$TTL 300
@ SOA ns1 hostmaster 1 10800 3600 604800 300
@ NS ns1
@ NS ns2
@ MX 10 mail
ns1 A {PARENT}
ns2 A {PARENT2}
mail A 5.11.0.25
vmhttp NS gtm1
vmhttp NS gtm2
gtm1 A {GTM}
gtm2 A {GTM2}
"""
CONF = """
gtm global-settings general {
    wideip-zone-nameserver gtm1.siterequest.com
}
gtm global-settings dns {
    wideip-zone-nameservers { gtm2.siterequest.com }
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
""" + "".join(f"""gtm listener /Common/{proto}{i} {{
    address {addr}
    ip-protocol {proto}
    port 53
}}
""" for proto in ("udp", "tcp") for i, addr in ((1, GTM), (2, GTM2)))


def named(t, inside, name, addrs, zone, text):
    t.write(f"{name}.zone", text)
    conf = t.write(f"{name}.conf", f"""
options {{ directory "{t.dir}"; listen-on {{ {"; ".join(addrs)}; }}; listen-on-v6 {{ none; }};
    recursion no; pid-file none; session-keyfile none; dnssec-validation no; version none; }};
controls {{ }};
zone "{zone}" {{ type primary; file "{t.dir}/{name}.zone"; }};
""")
    Process(t, name, [*inside, need("named"), "-g", "-c", conf])


def build(t, conf=CONF, more=()):
    """All of it; returns what to put before a command that runs inside. more:
    other addresses that are to be there, with their lengths."""
    inside = t.namespace([*(f"{a}/32" for a in (ROOT, PARENT, PARENT2, GTM, GTM2, RESOLVER)),
                          *more])
    t.write("hints", HINTS)
    named(t, inside, "root", [ROOT], ".", ROOT_ZONE)
    named(t, inside, "parent", [PARENT, PARENT2], "siterequest.com", PARENT_ZONE)
    t.start(conf, prefix=inside)
    for addr, name in ((ROOT, "."), (PARENT2, "siterequest.com"), (GTM2, NAME)):
        eventually(lambda: ask(t, inside, addr, name, "SOA"), 15, f"{addr} serves {name}")
    return inside


def ask(t, inside, addr, name=NAME, rdtype="A", source=None):
    return t.run([*inside, need("dig"), "+short", "+tries=1", "+time=2",
                  *(["-b", source] if source else []), f"@{addr}", name,
                  rdtype]).stdout.split()
