"""Asks one thing as fast as it can over UDP, as one who spoofs would, and weighs
what comes back; run by itself, where the scene's namespace is.

    blast.py ADDRESS NAME COUNT [OPTION DATA-HEX]     prints JSON
"""
import json
import socket
import sys

import dns.edns
import dns.message


def main():
    addr, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    options = [dns.edns.GenericOption(int(sys.argv[4]), bytes.fromhex(sys.argv[5]))] \
        if len(sys.argv) > 4 else []
    wire = dns.message.make_query(name, "A", use_edns=0, options=options).to_wire()
    told = {"sent": count * len(wire), "got": 0, "replies": 0, "largest": 0}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        s.connect((addr, 53))
        for i in range(count):
            s.send(wire)
            take(s, told, 0)
        take(s, told, 0.5)
    print(json.dumps(told))


def take(s, told, patience):
    s.settimeout(patience)
    try:
        while True:
            n = len(s.recv(4096))
            told["got"] += n
            told["replies"] += 1
            told["largest"] = max(told["largest"], n)
    except (BlockingIOError, TimeoutError):
        pass


main()
