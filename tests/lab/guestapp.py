#!/usr/bin/python3
"""The application inside a guest: its name by HTTP on port 80, and what it hears sent
back on port 7.  guestapp.py ADDRESS NAME"""
import socket
import sys
import threading

ADDRESS, NAME = sys.argv[1], sys.argv[2].encode()
PAGE = (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
        b"X-Served-By: %s\r\n\r\n%s\n" % (len(NAME) + 1, NAME, NAME))


def web(c):
    heard = b""
    while octets := c.recv(65536):
        heard += octets
        while (end := heard.find(b"\r\n\r\n")) >= 0:
            head, heard = heard[:end].lower(), heard[end + 4:]
            c.sendall(PAGE)
            if b"connection: close" in head or head.split(b"\r\n")[0].endswith(b"/1.0"):
                return


def echo(c):
    while octets := c.recv(65536):
        c.sendall(octets)


def work(c, talk):
    with c:
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            talk(c)
        except OSError:
            pass


def serve(port, talk):
    door = socket.create_server((ADDRESS, port), backlog=512)
    while True:
        threading.Thread(target=work, args=(door.accept()[0], talk), daemon=True).start()


threading.Thread(target=serve, args=(7, echo), daemon=True).start()
serve(80, web)
