"""Asks one thing many times over UDP and counts what comes back; run by itself,
where the scene's namespace is.

    flood.py ADDRESS NAME COUNT [COOKIE-HEX]     prints JSON
"""
import json
import socket
import sys
import time

import dns.edns
import dns.flags
import dns.message


def main():
    addr, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    options = [dns.edns.GenericOption(10, bytes.fromhex(c)) for c in sys.argv[4:5]]
    wire = bytearray(dns.message.make_query(name, "A", use_edns=0, options=options).to_wire())
    told = {"answered": 0, "cut": 0, "badcookie": 0, "cookie": None}
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((addr, 53))
        for i in range(count):
            wire[0:2] = (i % 65536).to_bytes(2, "big")
            s.send(wire)
            # What is not sent at once is not sent: the server answers in order.
            s.settimeout(0.02 if options == [] else 1)
            try:
                r = dns.message.from_wire(s.recv(4096))
            except TimeoutError:
                continue
            for o in r.options:
                if int(o.otype) == 10:
                    told["cookie"] = o.to_wire().hex()
            if r.rcode() == 23:
                told["badcookie"] += 1
            elif r.flags & dns.flags.TC:
                told["cut"] += 1
            elif r.answer:
                told["answered"] += 1
    told["seconds"] = time.monotonic() - began
    print(json.dumps(told))


main()
