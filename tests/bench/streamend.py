#!/usr/bin/python3
"""One end of a stream under measurement, as a program of its own:

    streamend.py send HOST PORT FILE [CERT KEY CA]      FILE, or - for stdin
    streamend.py take PORT FILE [CERT KEY CA]           compares with FILE; - writes to stdout
    streamend.py same FILE                              compares stdin

With certificates it is TLS 1.3, both ends proven. take says "listening", then it and same
say "same" once all of FILE and nothing else has come. Octets are compared as they come.
"""
import mmap
import os
import socket
import ssl
import sys

CHUNK = 1 << 18


class Original:
    """What has to come."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.octets = memoryview(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ))
        self.at = 0

    def write(self, piece):
        if self.octets[self.at:self.at + len(piece)] != piece:
            raise SystemExit(f"other octets within {len(piece)} of {self.at}")
        self.at += len(piece)

    def end(self):
        if self.at != len(self.octets):
            raise SystemExit(f"{self.at} of {len(self.octets)} octets have come")
        print("same", flush=True)


class Onwards:
    """stdout."""

    def write(self, piece):
        while piece:
            piece = piece[os.write(1, piece):]

    def end(self):
        pass


def pump(read_into, to):
    room = memoryview(bytearray(CHUNK))
    while n := read_into(room):
        to.write(room[:n])
    to.end()


def context(side, cert, key, ca):
    c = ssl.SSLContext(side)
    c.check_hostname = False
    c.minimum_version = ssl.TLSVersion.TLSv1_3
    c.verify_mode = ssl.CERT_REQUIRED
    c.load_cert_chain(cert, key)
    c.load_verify_locations(ca)
    return c


def send(host, port, path, *tls):
    s = socket.create_connection((host, int(port)), 30)
    s.settimeout(None)
    if tls:
        s = context(ssl.PROTOCOL_TLS_CLIENT, *tls).wrap_socket(s)
    with open(0 if path == "-" else path, "rb", buffering=0) as f:
        if path == "-" or tls:
            room = memoryview(bytearray(CHUNK))
            while n := f.readinto(room):
                s.sendall(room[:n])
        else:
            s.sendfile(f)
    if tls:
        s = s.unwrap()
    s.shutdown(socket.SHUT_WR)
    s.recv(1)                   # the far end closes when it has had all


def take(port, path, *tls):
    door = socket.create_server(("", int(port)), backlog=1)
    print("listening", file=sys.stderr if path == "-" else sys.stdout, flush=True)
    s = door.accept()[0]
    if tls:
        s = context(ssl.PROTOCOL_TLS_SERVER, *tls).wrap_socket(s, server_side=True)
    pump(s.recv_into, Onwards() if path == "-" else Original(path))
    s.close()


def same(path):
    with open(0, "rb", buffering=0) as f:
        pump(f.readinto, Original(path))


if __name__ == "__main__":
    {"send": send, "take": take, "same": same}[sys.argv[1]](*sys.argv[2:])
