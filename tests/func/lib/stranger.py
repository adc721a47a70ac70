"""Who speaks to womd and is not womd: TLS with a certificate, frames of docs/notes/wom-session.md,
written by hand."""
import ctypes
import ctypes.util
import socket
import ssl
import struct
import subprocess

from lib.scene import SLOW, need

ALPN = "womd/1"
HELLO, OPEN, DATA, FIN, ACK, RESEND, RESET, DONE, PING, PONG, SYNC, KNOWN, GOAWAY = range(1, 14)
HEAD = struct.Struct("!BBHQQ")


def frame(kind, stream=0, number=0, body=b"", flags=0):
    return HEAD.pack(kind, flags, len(body), stream, number) + body


def hello(versions=(1, 1), boot=0x1234, count=1, peer=(0, 0), domain=b"default",
          store=(77, 0), routes=(), windows=(16 << 20, 64 << 10, 256 << 20, 10000), site=b"s" * 16):
    """routes: (IPv4 address, bits)"""
    body = struct.pack("!BBI16sQIQI", *versions, 1, site, boot, count, *peer)
    body += struct.pack("!IIQI", *windows) + struct.pack("!QQ", *store)
    body += bytes([len(domain)]) + domain + struct.pack("!H", len(routes))
    for address, bits in routes:
        body += struct.pack("!BBBH", 0, 4, bits, 0)
        body += socket.inet_aton(address)[:(bits + 7) // 8]
    return frame(HELLO, body=body)


def place(address, port):
    return b"\4" + socket.inet_aton(address) + struct.pack("!H", port)


def opening(stream, address, port, name=b"bulk"):
    return frame(OPEN, stream, 0, b"\0" + place(address, port) + b"\0" + bytes([len(name)]) + name)


def data(stream, item, octets, plain=None, form=0):
    """A block in pieces; plain is how long it is when it is decoded."""
    most, out = 16384 - 16, b""
    for at in range(0, len(octets), most):
        head = struct.pack("!IIIHBB", plain or len(octets), len(octets), at, 0, form, 0)
        out += frame(DATA, stream, item, head + octets[at:at + most])
    return out


def varint(v):
    out = b""
    while v > 127:
        out, v = out + bytes([v & 127 | 128]), v >> 7
    return out + bytes([v])


def run_block(length, name, octet=0):
    """An encoded block of one operation: the same octet, length times."""
    ops = varint(length << 2 | 3) + bytes([octet])
    return struct.pack("!BBHIIIII", 1, 0, 0, length, 0, len(ops), 0, len(ops)) + name + ops


# -- names of blocks ---------------------------------------------------------------------
MASK = (1 << 64) - 1


def siphash(key, octets):
    """SipHash-2-4 (Aumasson and Bernstein 2012)."""
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
         k1 ^ 0x7465646279746573]

    def turn(x, n):
        return (x << n | x >> (64 - n)) & MASK

    def mix(a, b, n, m):
        v[a] = v[a] + v[b] & MASK
        v[b] = turn(v[b], n) ^ v[a]
        if m:
            v[a] = turn(v[a], m)

    def rounds(n):
        for _ in range(n):
            mix(0, 1, 13, 32), mix(2, 3, 16, 0), mix(0, 3, 21, 0), mix(2, 1, 17, 32)

    last = octets[len(octets) // 8 * 8:].ljust(7, b"\0") + bytes([len(octets) & 255])
    for i in range(0, len(octets) // 8 * 8 + 8, 8):
        word = struct.unpack("<Q", (octets[:len(octets) // 8 * 8] + last)[i:i + 8])[0]
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xff
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def name_of(octets, stores):
    """The name that two sites with these stores, as HELLO tells them, have for a block."""
    key = struct.pack("<QQ", *sorted(stores))
    secret = struct.pack("<QQ", siphash(key, b"names 0"), siphash(key, b"names 1"))
    out = subprocess.run([need("openssl"), "mac", "-cipher", "AES-128-GCM", "-macopt",
                          "hexkey:" + secret.hex(), "-macopt", "hexiv:" + bytes(12).hex(),
                          "GMAC"], input=octets, stdout=subprocess.PIPE, check=True).stdout
    return bytes.fromhex(out.decode().strip())


class Stranger:
    """A connection to a womd's door."""

    def __init__(self, at, source, files, alpn=ALPN):
        cert, key, ca = files
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(ca)
        if cert:
            context.load_cert_chain(cert, key)
        if alpn:
            context.set_alpn_protocols([alpn])
        plain = socket.create_connection(at, 10 * SLOW, (source, 0))
        try:
            self.wire = context.wrap_socket(plain)
        except BaseException:
            plain.close()
            raise
        self.rest = b""

    def say(self, octets):
        self.wire.sendall(octets)

    def hear(self):
        """The next frame: kind, stream, number, body; None: the end."""
        while len(self.rest) < HEAD.size or \
                len(self.rest) < HEAD.size + HEAD.unpack_from(self.rest)[2]:
            try:
                got = self.wire.recv(1 << 16)
            except (ConnectionError, ssl.SSLError):
                return None
            if not got:
                return None
            self.rest += got
        kind, _, length, stream, number = HEAD.unpack_from(self.rest)
        body = self.rest[HEAD.size:HEAD.size + length]
        self.rest = self.rest[HEAD.size + length:]
        return kind, stream, number, body

    def until(self, *kinds):
        """The next frame of these kinds, or None."""
        while (got := self.hear()) is not None and got[0] not in kinds:
            pass
        return got

    def ended(self):
        """Reads to the end of the connection; True when it comes within the time-out."""
        try:
            while self.hear() is not None:
                pass
        except TimeoutError:
            return False
        return True

    def meet(self, **own):
        """Says HELLO; the peer's store, or None."""
        self.say(hello(**own))
        got = self.until(HELLO)
        return got and struct.unpack_from("!Q", got[3], 1 + 1 + 4 + 16 + 12 + 12 + 20)[0]

    def close(self):
        self.wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class RawTls:
    """A client of libssl itself, for what Python's ssl does not do: key updates."""

    def __init__(self, at, source, files, alpn=ALPN):
        lib = self.lib = ctypes.CDLL(ctypes.util.find_library("ssl"))
        for name in ("TLS_client_method", "SSL_CTX_new", "SSL_new"):
            getattr(lib, name).restype = ctypes.c_void_p
        cert, key, _ = (f.encode() for f in files)
        self.context = ctypes.c_void_p(lib.SSL_CTX_new(ctypes.c_void_p(lib.TLS_client_method())))
        assert lib.SSL_CTX_use_certificate_chain_file(self.context, cert) == 1
        assert lib.SSL_CTX_use_PrivateKey_file(self.context, key, 1) == 1
        self.sock = socket.create_connection(at, 10 * SLOW, (source, 0))
        self.sock.settimeout(None)
        self.ssl = ctypes.c_void_p(lib.SSL_new(self.context))
        protocol = bytes([len(alpn)]) + alpn.encode()
        lib.SSL_set_alpn_protos(self.ssl, protocol, len(protocol))
        lib.SSL_set_fd(self.ssl, self.sock.fileno())
        assert lib.SSL_connect(self.ssl) == 1

    def update_keys(self):
        """One KeyUpdate that asks for one back; False when the peer has gone."""
        return self.lib.SSL_key_update(self.ssl, 1) == 1 and \
            self.lib.SSL_do_handshake(self.ssl) == 1

    def close(self):
        self.sock.close()
        self.lib.SSL_free(self.ssl)
        self.lib.SSL_CTX_free(self.context)
