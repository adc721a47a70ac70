"""Web servers of many moods, in this process: what monitors are to see through."""
import contextlib
import ctypes
import gzip
import os
import socket
import socketserver
import ssl
import threading
import time

CLONE_NEWNET = 0x40000000
GOOD = b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
RESET = b"\1\0\0\0\0\0\0\0"		# struct linger: on, 0 s


@contextlib.contextmanager
def within(pid):
    """What this thread and those that it starts open is in that process' network."""
    def enter(path):
        with open(path, encoding="ascii") as ns:
            if ctypes.CDLL(None, use_errno=True).setns(ns.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
    with open("/proc/thread-self/ns/net", encoding="ascii") as home:
        enter(f"/proc/{pid}/ns/net")
        try:
            yield
        finally:
            enter(f"/proc/self/fd/{home.fileno()}")


class Backend(socketserver.ThreadingTCPServer):
    """A web server of one mood; the mood may change while it runs."""
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128

    def __init__(self, addr, port):
        self.mood, self.seen, self.ended = "good", 0, 0
        self.addr, self.port = addr, port
        super().__init__((addr, port), Talk)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def refuse(self):
        """The port is closed from here on."""
        if self.mood == "closed":
            return
        self.mood = "closed"
        self.socket.shutdown(socket.SHUT_RDWR)

        def end():
            self.shutdown()
            self.server_close()
        threading.Thread(target=end, daemon=True).start()

    def handle_error(self, request, client_address):
        pass


class Talk(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.seen += 1
        try:
            getattr(self, self.server.mood)()
        finally:
            self.server.ended += 1

    def hear(self):
        self.request.recv(4096)

    def good(self):
        self.hear()
        self.request.sendall(GOOD)

    # -- ordinary trouble ----------------------------------------------------
    def hang(self):
        self.hear()
        self.hear()		# until gtmd gives up and closes

    def reset(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def status_500(self):
        self.hear()
        self.request.sendall(b"HTTP/1.0 500 Sorry\r\nContent-Length: 6\r\n\r\nhello\n")

    def wrong_body(self):
        self.hear()
        self.request.sendall(b"HTTP/1.0 200 OK\r\n\r\nsorry")

    # -- malice ----------------------------------------------------------------
    def forever(self, piece):
        while True:
            self.request.sendall(piece)

    def endless_header(self):
        self.request.sendall(b"HTTP/1.0 200 OK\r\n")
        self.forever(b"X-More: " + b"y" * 8000 + b"\r\n")

    def one_endless_line(self):
        self.forever(b"HTTP/1.0 200 " + b"O" * 65536)

    def endless_body(self):
        self.request.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
        self.forever(b"z" * 65536)

    def endless_chunks(self):
        self.request.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.forever(b"1\r\nz\r\n" * 4096)

    def endless_interim(self):
        self.forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1024)

    def huge_numbers(self):
        self.hear()
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 4000
                             + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 4000 + b"\r\n")
        self.hear()

    def one_octet_a_second(self):
        for octet in b"HTTP/1.0 200 OK\r\n" * 1000:
            self.request.sendall(bytes([octet]))
            time.sleep(1)

    def redirect_loop(self):
        self.hear()
        self.request.sendall(b"HTTP/1.0 302 Found\r\nLocation: http://%s:%d/\r\n"
                             b"Content-Length: 0\r\n\r\n"
                             % (self.server.addr.encode(), self.server.port))

    def tls_alert(self):
        """A TLS server, to who does not speak TLS."""
        self.request.sendall(b"\x15\x03\x03\x00\x02\x02\x46")

    def noise(self):
        self.hear()
        self.request.sendall(os.urandom(30000))

    def compressed_bomb(self):
        """10 MiB of "hello" in some 10 KiB, which nobody asked to be packed."""
        self.hear()
        bomb = gzip.compress(b"hello\n" * (10 * 1024 * 1024 // 6))
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                             b"Content-Length: %d\r\n\r\n" % len(bomb) + bomb)


class SecureBackend(Backend):
    """The same over TLS, with a certificate that may be another one from now on."""
    def __init__(self, addr, port, certificate):
        self.certify(certificate)
        super().__init__(addr, port)

    def certify(self, certificate):
        """A PEM file with certificate and key."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.context = context

    def finish_request(self, request, client_address):
        request.settimeout(10)
        with self.context.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)


# What may befall a backend by itself.
DEATHS = ("refuse", "reset", "hang", "status_500", "wrong_body")


def die(backend, death):
    if death == "refuse":
        backend.refuse()
    else:
        backend.mood = death
