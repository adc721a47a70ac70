"""The deployment guide's application as configuration text, to be varied."""


def monitor(interval=1, timeout=4, extra=""):
    return f"""
gtm monitor http /Common/VM-http-monitor {{
    defaults-from /Common/http
    interval {interval}
    probe-timeout 1
    recv "hello"
    send "GET / HTTP/1.0\\r\\n\\r\\n"
    timeout {timeout}
{extra}}}
"""


def server(name, datacenter, addr, port, monitor="/Common/VM-http-monitor"):
    rule = f"    monitor {monitor}\n" if monitor else ""
    return f"""
gtm server /Common/{name} {{
    datacenter /Common/{datacenter}
{rule}    product generic-host
    virtual-servers {{
        vmhttp {{
            destination {addr}:{port}
        }}
    }}
}}
"""


def hosts(count):
    """Virtual servers s:v0 and on, at 192.0.2.0 and on, that nothing watches."""
    vss = "".join(f"        v{i} {{\n            destination 192.0.2.{i}:80\n        }}\n"
                  for i in range(count))
    return ("gtm datacenter /Common/dc { }\ngtm server /Common/s {\n    datacenter /Common/dc\n"
            f"    product generic-host\n    virtual-servers {{\n{vss}    }}\n}}\n")


def pool(name, members, body="", kind="a"):
    inner = "".join(f"        {key} {{\n            {props}\n        }}\n"
                    for key, props in members)
    return (f"gtm pool {kind} /Common/{name} {{\n{body}    members {{\n{inner}    }}\n"
            "    ttl 15\n}\n")


def wideip(name, pools, body="", kind="a"):
    inner = "".join(f"        /Common/{p} {{\n            {props}\n        }}\n"
                    for p, props in pools)
    return f"gtm wideip {kind} /Common/{name} {{\n{body}    pools {{\n{inner}    }}\n}}\n"


def sites(stage, local, remote, mon=None):
    """Data centers, monitor and one server a site."""
    return ("gtm datacenter /Common/Local { }\ngtm datacenter /Common/Remote { }\n"
            + (monitor() if mon is None else mon)
            + server("Local-BIG-IP", "Local", local.addr, local.port)
            + server("Remote-BIG-IP", "Remote", remote.addr, remote.port))


def application(stage, local, remote, lb="global-availability", local_pool="",
                remote_pool="", wide="", mon=None):
    """The whole guide: vmhttp.siterequest.com, Local_pool before Remote_pool."""
    return (sites(stage, local, remote, mon)
            + pool("Local_pool", [("/Common/Local-BIG-IP:vmhttp", "member-order 0")], local_pool)
            + pool("Remote_pool", [("/Common/Remote-BIG-IP:vmhttp", "member-order 0")], remote_pool)
            + wideip("vmhttp.siterequest.com",
                     [("Local_pool", "order 0"), ("Remote_pool", "order 1")],
                     f"    pool-lb-mode {lb}\n{wide}"))
