"""Between the two ends of a hand-over: a go-between that sees each message and
may end either process at any of them, and an heir that says what it likes."""
import array
import os
import signal
import socket
import struct
import threading

from .scene import SLOW

HELLO, SOCKETS, GRANT, READY, YIELD, TAKEN, LEFT, COUNTS, REFUSE = range(1, 10)
MAGIC, VERSION = 0x67746d68, 2
ROOM = 8192


def message(kind, body=b"", version=VERSION):
    return struct.pack("=IHH", MAGIC, version, kind) + body


def receive(s):
    """Kind, body and descriptors of the next message; kind 0 = the end."""
    try:
        data, anc, _, _ = s.recvmsg(ROOM, socket.CMSG_SPACE(64 * 4))
    except ConnectionResetError:
        return 0, b"", []
    fds = array.array("i")
    for level, what, octets in anc:
        if (level, what) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(octets[:len(octets) - len(octets) % fds.itemsize])
    if not data:
        return 0, b"", []
    return struct.unpack("=IHH", data[:8])[2], data[8:], list(fds)


def send(s, octets, fds=()):
    s.sendmsg([octets], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
              if fds else [])


class Heir:
    """Comes to the holder's socket and says what a scene wants said."""

    def __init__(self, t, path=None):
        self.t, self.fds = t, []
        self.s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.s.settimeout(10 * SLOW)
        self.s.connect(path or os.path.join(t.dir, "state", "replace.sock"))

    def say(self, kind, body=b"", version=VERSION):
        send(self.s, message(kind, body, version))

    def hello(self, version=VERSION, control=None):
        self.say(HELLO, (control or os.path.join(self.t.dir, "state/control.sock")).encode(),
                 version)

    def hear(self):
        kind, body, fds = receive(self.s)
        self.fds += fds
        return kind, body

    def until(self, kind):
        while True:
            got, body = self.hear()
            if got in (kind, 0):
                assert got == kind, f"closed before {kind}"
                return body

    def go(self):
        self.s.close()
        for fd in self.fds:
            os.close(fd)


class Between:
    """Passes on what heir and holder say; at a message of this kind kill(kind)
    is called before it is passed on, and what the dead said is still heard."""

    def __init__(self, t, kill_at, kill):
        self.kill_at, self.kill = kill_at, kill
        self.path = os.path.join(t.dir, "state", "replace.sock")
        self.real = self.path + ".holder"
        os.rename(self.path, self.real)
        self.door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.door.bind(self.path)
        self.door.listen()
        self.seen = []
        self.thread = threading.Thread(target=self.pass_on, daemon=True)
        self.thread.start()

    def one_way(self, a, b):
        while True:
            kind, body, fds = receive(a)
            if kind == 0:
                break
            self.seen.append(kind)
            if kind == self.kill_at:
                self.kill()
            try:
                send(b, message(kind, body), fds)
            except OSError:
                pass
            for fd in fds:
                os.close(fd)
        try:
            b.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def pass_on(self):
        heir, _ = self.door.accept()
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        holder.connect(self.real)
        back = threading.Thread(target=self.one_way, args=(holder, heir), daemon=True)
        back.start()
        self.one_way(heir, holder)
        back.join()
        heir.close()
        holder.close()

    def end(self):
        """The holder's own socket has its place again, if it is still there."""
        self.thread.join(10 * SLOW)
        self.door.close()
        os.unlink(self.path)
        os.rename(self.real, self.path)


def kill(process):
    """Ends it as nobody expects, and waits until it is gone."""
    process.kill(signal.SIGKILL)
    process.proc.wait()
