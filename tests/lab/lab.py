#!/usr/bin/python3
"""make lab: both data centers of the deployment guide on one machine; three machines move
from Local to Remote while they are used, and what their users noticed is told.

    tests/lab/lab.py [--quick] [--guests virtual] [--plan flip-at|follow]
        [--fault NAME[@MOMENT]]... [--faults every] [--rate MBIT] [--delay MS] [--without-womd]
        [--relay]

Needs root. Everything is in namespaces of this process: they, what runs in them, and its files
are gone when it ends, however that is. The dossier of the migration is kept in build/lab.

Faults: wan-cut (5 s), kill-gtmd, kill-womd, kill-etheripd, kill-driver (kill -9), roll-back (by
an operator), host-fails (a move that fails for good: everything goes home). Moments: preparing,
draining, relaying, done, rolling-back; of a host storage, memory, announcing, verifying, finish,
cancel, on its way home back-storage and so on; vm2:memory is that of vm2. Without a moment faults
come one after the other, from the first memory on. --faults every: moves, one after the other, in
which each daemon and the driver is killed at each of these.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "func")]
TMP = "/mnt"


def fault(text):
    from faults import Fault
    return str(Fault(text))


def options():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    p.add_argument("--quick", action="store_true", help="small machines, short TTL")
    p.add_argument("--guests", default="any", choices=("any", "virtual", "processes"),
                   help="any: virtual machines where they can be had, and not --quick")
    p.add_argument("--plan", default="flip-at", choices=("flip-at", "follow", "steps"))
    p.add_argument("--fault", action="append", default=[], type=fault,
                   metavar="NAME[@MOMENT]")
    p.add_argument("--faults", choices=("every",), help="one move after the other")
    p.add_argument("--rate", type=float, default=622, metavar="MBIT")
    p.add_argument("--delay", type=float, default=10, metavar="MS", help="one way")
    p.add_argument("--loss", type=float, default=0.0, metavar="SHARE")
    p.add_argument("--without-womd", action="store_true",
                   help="hypervisors reach one another past the tunnel, for comparison")
    p.add_argument("--relay", action="store_true",
                   help="the whole site goes: womd carries who still comes to its old address")
    p.add_argument("--out", default=os.path.join(HERE, "..", "..", "build", "lab"))
    p.add_argument("--capture", action="store_true", help="keep packets of requests: log/*.pcap")
    p.add_argument("--boot", help="where the virtual machines' kernel is kept")
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


def play_every(args):
    """A move for each round of faults; True when nobody noticed any of them."""
    from faults import every
    words = [w for w in sys.argv[1:] if w not in ("--faults", "every", "--faults=every")]
    failed = []
    for n, faults in enumerate(every()):
        out = os.path.join(args.out, f"round-{n + 1}")
        told = [w for f in faults for w in ("--fault", f)]
        print(f"\n# round {n + 1} of {len(every())}", flush=True)
        if subprocess.run([sys.executable, __file__, *words, *told, "--out", out, "--boot",
                           os.path.join(args.out, "boot")], check=False).returncode:
            failed.append(n + 1)
    print(f"\nrounds that failed   {', '.join(map(str, failed)) or 'none'}")
    return not failed


def main():
    args = options()
    if args.faults:
        sys.exit(0 if play_every(args) else 1)
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
