#!/usr/bin/python3
"""make lab: both data centers of the deployment guide on one machine; three machines move
from Local to Remote while they are used, and what their users noticed is told.

    tests/lab/lab.py [--quick] [--guests virtual] [--plan flip-at|follow] [--fault NAME]
        [--rate MBIT] [--delay MS] [--without-womd]

Needs root. Everything is in namespaces of this process: they, what runs in them, and its files
are gone when it ends, however that is. The dossier of the migration is kept in build/lab.

Faults: wan-cut (5 s), kill-gtmd, kill-womd, kill-etheripd (kill -9), host-fails (a move that
fails for good: everything goes home).
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "func")]
TMP = "/mnt"
FAULTS = ("wan-cut", "kill-gtmd", "kill-womd", "kill-etheripd", "host-fails")


def options():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    p.add_argument("--quick", action="store_true", help="small machines, short TTL")
    p.add_argument("--guests", default="any", choices=("any", "virtual", "processes"),
                   help="any: virtual machines where they can be had, and not --quick")
    p.add_argument("--plan", default="flip-at", choices=("flip-at", "follow", "steps"))
    p.add_argument("--fault", action="append", default=[], choices=FAULTS)
    p.add_argument("--rate", type=float, default=622, metavar="MBIT")
    p.add_argument("--delay", type=float, default=10, metavar="MS", help="one way")
    p.add_argument("--loss", type=float, default=0.0, metavar="SHARE")
    p.add_argument("--without-womd", action="store_true",
                   help="hypervisors reach one another past the tunnel, for comparison")
    p.add_argument("--out", default=os.path.join(HERE, "..", "..", "build", "lab"))
    p.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return p.parse_args()


def enclose():
    """This program again, as the first of its own processes: when it ends all of them do."""
    if os.geteuid() != 0:
        sys.exit("lab: needs root, for network namespaces")
    os.execvp("unshare", ["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child",
                          "--mount-proc", sys.executable, *sys.argv, "--inside"])


def furnish():
    """File systems that nobody else sees and that go with us."""
    for kind, at in (("tmpfs", TMP), ("tmpfs", "/etc/gtm"), ("bpf", "/sys/fs/bpf")):
        if at == "/etc/gtm":
            os.makedirs(at, exist_ok=True)
        subprocess.run(["mount", "-t", kind, kind, at], check=True)
    os.environ["TMPDIR"] = TMP


def main():
    args = options()
    if not args.inside:
        enclose()
    args.out = os.path.abspath(args.out)
    os.makedirs(args.out, exist_ok=True)
    furnish()
    from move import Move               # with TMPDIR as it is now
    with Move(args) as move:
        well = move.play()
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
