#!/usr/bin/python3
"""What an operator sees of certificates that are not believed, and what a reload changes."""
import os
import signal

from lib.scene import eventually, main, scene
from lib.womd import Authority, Sites

BRIEF = "    resume-timeout 1\n    threads 1\n"


def door(site):
    return site.stats("local-endpoint")


def peer(site):
    return site.peer_stats()


@scene("each reason not to believe a certificate is counted at the door, and told to who called")
def reasons(t):
    with Sites(t, settings=BRIEF) as s:
        other = Authority(os.path.join(t.dir, "other"), "other")
        cert, key = other.certificate("a")
        s.b.start()
        for reason, files in (("expired", s.authority.files("late", days=-1)),
                              ("untrusted", (cert, key, s.authority.ca))):
            s.a.own["files"] = files
            s.a.start()
            eventually(lambda r=reason: door(s.b)["refused." + r] > 0, 10, f"refused: {reason}")
            eventually(lambda: peer(s.a)["refused.refused-ours"] > 0, 10, "the alert")
            assert door(s.b)["admitted"] == 0
            assert "our certificate" in peer(s.a)["status.statusReason"], peer(s.a)
            s.a.stop()
        s.a.own["files"] = s.authority.files("a")
        s.a.start()
        s.meet()


def revoke(s, certificate):
    """A list on which this one is (None: nobody). Returns its path."""
    folder, name = s.authority.folder, s.authority.name
    path = os.path.join(folder, "crl.pem")
    for file in ("index.txt", "crlnumber"):
        with open(os.path.join(folder, file), "a", encoding="ascii") as f:
            if file == "crlnumber" and f.tell() == 0:
                f.write("01\n")
    with open(os.path.join(folder, "ca.cnf"), "w", encoding="ascii") as f:
        f.write("[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\n"
                "default_md=sha256\ndefault_crl_days=2\n")
    ca = ["ca", "-config", "ca.cnf", "-cert", s.authority.ca, "-keyfile", name + ".key"]
    if certificate is not None:
        s.authority.openssl(*ca, "-revoke", certificate)
    s.authority.openssl(*ca, "-gencrl", "-out", path)
    return path


@scene("who is revoked loses his tunnel with the reload, and a new certificate brings it back")
def revoked(t):
    with Sites(t, settings=BRIEF) as s:
        crl, files = revoke(s, None), s.b.own["files"]
        s.b.own["files"] = (*files[:2], f"{files[2]}\n    crl-file {crl}")
        s.start()
        before = s.a.own["files"][0]
        revoke(s, before)
        s.b.process.proc.send_signal(signal.SIGHUP)
        eventually(lambda: door(s.b)["refused.revoked"] > 0, 10, "a refusal")
        eventually(lambda: peer(s.b)["status.availabilityState"] != "available", 10,
                   "the end of the tunnel")
        # The same files with another certificate, which nobody has to be told of.
        s.authority.certificate("a")
        s.a.process.proc.send_signal(signal.SIGHUP)
        s.meet()


@scene("a certificate that is pinned at the peer is the only one that will do")
def pinned(t):
    with Sites(t, settings=BRIEF) as s:
        good = s.authority.fingerprint(s.a.own["files"][0])
        s.b.own["remote"] = "    peer-fingerprints {\n        " + "00" * 32 + "\n    }\n"
        s.b.start()
        s.a.start()
        eventually(lambda: door(s.b)["refused.fingerprint"] + door(s.b)["refused.stranger"] > 0,
                   10, "a refusal")
        s.b.control.ok("PATCH", "remote-endpoint/~Common~peer", {"peerFingerprints": [good]})
        s.meet()


if __name__ == "__main__":
    main()
