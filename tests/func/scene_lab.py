#!/usr/bin/python3
"""Three machines change data centre under their users, who notice nothing: the lab, small."""
import os
import subprocess
import sys

from lib.scene import SLOW, TOP, main, need, need_root, scene


def lab(t, *words):
    """What it prints; raises unless nobody noticed anything."""
    need_root()
    for program in ("haproxy", "unbound", "unshare", "tc", "ethtool"):
        need(program)
    ran = subprocess.run(
        [sys.executable, os.path.join(TOP, "tests", "lab", "lab.py"), "--quick", "--guests",
         "processes", "--out", t.dir, *words], stdin=subprocess.DEVNULL, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300 * SLOW)
    assert ran.returncode == 0, ran.stdout[-6000:]
    print("\n".join("# " + line for line in ran.stdout.splitlines() if line[:1].isalpha()))
    return ran.stdout


@scene("a whole move: no request fails, no connection is reset, and the dossier says so")
def whole(t):
    told = lab(t)
    assert "closed after" in told and "vm3 at Remote" in told, told
    with open(os.path.join(t.dir, "dossier.html"), encoding="utf-8") as f:
        assert "All 3 hosts are at the new site." in f.read()


FAULTS = ("wan-cut", "kill-gtmd", "kill-womd", "kill-etheripd", "kill-driver@vm2:storage",
          "kill-gtmd@draining")


@scene("a WAN that is cut, each daemon and a driver killed under the move: users notice as little")
def faults(t):
    words = [word for fault in FAULTS for word in ("--fault", fault)]
    assert "vm3 at Remote" in lab(t, "--plan", "follow", *words)


@scene("a machine that cannot be moved: all go home")
def home(t):
    told = lab(t, "--fault", "host-fails")
    assert "rolled-back after" in told and "vm1 at Local" in told, told


main()
