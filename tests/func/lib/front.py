"""gtmrestd on the stage: users, log-ins, requests over HTTPS."""
import base64
import http.client
import json
import os
import socket
import ssl
import subprocess

from lib.scene import BIN, SLOW, Process, eventually, free_port

PASSWORD = "correct horse"
CONTEXT = ssl._create_unverified_context()


class Front:
    """gtmrestd before the stage's gtmd, with the users that are wanted."""

    def __init__(self, t, *users, first=False, args=()):
        self.t, self.port, self.args = t, free_port(), args
        self.state = os.path.join(t.dir, "front")
        for name in () if first else ("admin", *users):
            self.set_password(name, name)
        self.start()

    def set_password(self, name, role, password=PASSWORD):
        path = self.t.write("password", password + "\n")
        with open(path, encoding="ascii") as f:
            subprocess.run([os.path.join(BIN, "gtmrestd"), "--state", self.state,
                            "--set-password", name, "--role", role,
                            *(self.args if "--user" in self.args else ())],
                           stdin=f, check=True)

    def start(self):
        self.process = Process(self.t, f"gtmrestd{len(self.t.processes)}", [
            os.path.join(BIN, "gtmrestd"), "--listen", f"127.0.0.1:{self.port}",
            "--socket", os.path.join(self.t.dir, "state", "control.sock"),
            "--state", self.state, *self.args])
        eventually(lambda: " ready" in self.process.output(), 10, "gtmrestd up")

    def ask(self, method, path, body=None, user=None, token=None, **headers):
        """Status, JSON (or None) and headers of the reply."""
        head = {k.replace("_", "-"): v for k, v in headers.items()}
        if user:
            name, _, password = user.partition(":")
            pair = f"{name}:{password or PASSWORD}".encode()
            head["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        if token:
            head["X-F5-Auth-Token"] = token
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            head.setdefault("Content-Type", "application/json")
        c = self.wire()
        try:
            c.request(method, path, body, head)
            r = c.getresponse()
            text = r.read()
            return r.status, json.loads(text) if text else None, r.headers
        finally:
            c.close()

    def wire(self):
        """A connection that is kept."""
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=CONTEXT,
                                           timeout=20 * SLOW)

    def token(self, name, password=PASSWORD):
        status, reply, _ = self.login(name, password)
        assert status == 200, reply
        return reply["token"]["token"]

    def login(self, name, password=PASSWORD):
        return self.ask("POST", "/mgmt/shared/authn/login", {
            "username": name, "password": password, "loginProviderName": "tmos"})

    def raw(self, octets):
        """The status line's number for octets as they are; 0 = cut off."""
        with socket.create_connection(("127.0.0.1", self.port), 20 * SLOW) as s, \
                CONTEXT.wrap_socket(s) as tls:
            try:
                tls.sendall(octets)
                line = tls.recv(4096)
            except (ConnectionError, ssl.SSLError):
                return 0
        return int(line.split()[1]) if line.startswith(b"HTTP/1.1 ") else 0
