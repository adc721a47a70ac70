"""A small configuration that is never probed: what rows of a table stand on."""

HERE, THERE, THIRD = "127.9.0.1", "127.9.0.2", "127.9.0.3"	# nobody answers there
SIX = "fd00::51"
ODD = "a, b & \"c\" \\ d; {é} # ?"


def server(name, *addresses, datacenter="Local"):
    """Virtual servers vs80, vs81, ... without monitors, so never asked."""
    where = [f"{a}.80" if ":" in a else f"{a}:80" for a in addresses]
    inner = "".join(f"        vs{80 + i} {{\n            destination {w}\n        }}\n"
                    for i, w in enumerate(where))
    return (f"gtm server /Common/{name} {{\n    datacenter /Common/{datacenter}\n"
            f"    product generic-host\n    virtual-servers {{\n{inner}    }}\n}}\n")


def pool(name, *members, kind="a", body=""):
    inner = "".join(f"        {m} {{\n            member-order {i}\n        }}\n"
                    for i, m in enumerate(members))
    return f"gtm pool {kind} /Common/{name} {{\n{body}    members {{\n{inner}    }}\n}}\n"


def record_pool(name, kind, target="elsewhere.example.com"):
    """A pool of one record that leads elsewhere, always available."""
    return (f"gtm pool {kind} /Common/{name} {{\n    members {{\n        {target} {{\n"
            "            static-target yes\n        }\n    }\n}\n")


def wide(name, *pools, kind="a"):
    inner = "".join(f"        /Common/{p} {{\n            order {i}\n        }}\n"
                    for i, p in enumerate(pools))
    return (f"gtm wideip {kind} /Common/{name} {{\n    pool-lb-mode global-availability\n"
            f"    pools {{\n{inner}    }}\n}}\n")


BASE = ("gtm datacenter /Common/Local { }\n" + server("S", HERE, THERE, THIRD)
        + server("S6", SIX)
        + pool("here", "/Common/S:vs80") + pool("there", "/Common/S:vs81")
        + pool("spare", "/Common/S:vs82")
        + pool("six", "/Common/S6:vs80", kind="aaaa")
        + record_pool("name", "cname"))
