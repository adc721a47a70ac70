"""Writes small MaxMind databases (MaxMind DB file format, version 2.0)."""
import ipaddress

MARK = b"\xab\xcd\xefMaxMind.com"


U16, U32, U64 = 5, 6, 9		# a number is (kind, number)


def head(kind, size):
    """A control byte, with the extended type and the longer sizes."""
    first, more = (kind << 5, b"") if kind < 8 else (0, bytes([kind - 7]))
    if size < 29:
        return bytes([first | size]) + more
    if size < 285:
        return bytes([first | 29]) + more + bytes([size - 29])
    return bytes([first | 30]) + more + (size - 285).to_bytes(2, "big")


def value(v):
    if isinstance(v, dict):
        return head(7, len(v)) + b"".join(value(k) + value(w) for k, w in v.items())
    if isinstance(v, list):
        return head(11, len(v)) + b"".join(map(value, v))
    if isinstance(v, str):
        return head(2, len(v.encode())) + v.encode()
    kind, number = v
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return head(kind, len(octets)) + octets


def place(continent, country, state=None, code=None):
    """A record as city databases have it."""
    record = {"continent": {"code": continent}, "country": {"iso_code": country}}
    if state:
        record["subdivisions"] = [{"iso_code": code, "names": {"en": state}}]
    return record


def bits(network, version):
    net = ipaddress.ip_network(network)
    if version == 6 and net.version == 4:	# IPv4 hangs at ::/96
        return int(net.network_address), 128, net.prefixlen + 96
    return int(net.network_address), net.max_prefixlen, net.prefixlen


def build(networks, version=6):
    """The octets of a database: {network: record}, narrower ones over wider ones."""
    nodes, data, at = [[None, None]], b"", {}

    def offset(record):
        nonlocal data
        key = repr(record)
        if key not in at:
            at[key] = len(data)
            data += value(record)
        return -1 - at[key]		# below 0: a record

    for network in sorted(networks, key=lambda n: bits(n, version)[2]):
        number, width, length = bits(network, version)
        node, path = 0, [number >> (width - 1 - i) & 1 for i in range(length)]
        for bit in path[:-1]:
            below = nodes[node][bit]
            if below is None or below < 0:
                nodes.append([below, below])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
        nodes[node][path[-1]] = offset(networks[network])

    def pointer(ref):
        if ref is None:
            return len(nodes)
        return ref if ref >= 0 else len(nodes) + 16 - 1 - ref

    tree = b"".join(pointer(r).to_bytes(3, "big") for n in nodes for r in n)
    meta = {"node_count": (U32, len(nodes)), "record_size": (U16, 24),
            "ip_version": (U16, version), "database_type": "Test", "languages": ["en"],
            "binary_format_major_version": (U16, 2), "binary_format_minor_version": (U16, 0),
            "build_epoch": (U64, 1),
            "description": {"en": "made by a test"}}
    return tree + bytes(16) + data + MARK + value(meta)
