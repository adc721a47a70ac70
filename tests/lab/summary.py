"""What users noticed, in figures."""
import math
import time

import balancer
from datacenters import NAMES


# What TCP needs to send a lost first segment again.
STALL_S = 1.0


def pause(seconds):
    """What takes that long because it is to be looked at for so long."""
    time.sleep(seconds)


def p99(requests):
    took = sorted(r.took for r in requests)
    return took[max(0, math.ceil(0.99 * len(took)) - 1)] * 1e3 if took else math.nan


def longest(requests):
    return max((r.took for r in requests), default=0.0)


def shares(move, requests):
    """By second: requests to each site."""
    first = move.marks["users come"]
    by = {}
    for r in requests:
        if r.site >= 0:
            by.setdefault(int(r.began - first), [0, 0])[r.site] += 1
    return by


def print_shares(move, requests):
    by = shares(move, requests)
    width = max(1, len(by) // 20)
    print("# share of Remote, by time:")
    seconds = sorted(by)
    for at in range(0, len(seconds), width):
        some = [by[s] for s in seconds[at:at + width]]
        local, remote = (sum(v[i] for v in some) for i in (0, 1))
        part = remote / max(1, local + remote)
        print(f"#   {seconds[at]:4d} s  {part * 100:5.1f} %  {'#' * round(part * 40)}")


def last_late(move, requests):
    """Seconds from the moment when answers changed to the last request at the old site."""
    changed = [at for at, _, share in move.timeline if share == 100]
    late = [r.began for r in requests if r.site == 0 and r.client != "pinned"]
    if not changed or not late or max(late) < changed[0]:
        return 0.0
    return max(late) - changed[0]


# Seconds for a machine of 1 GiB by the guide, without its accelerator and with it, by the link's
# Mbit/s and milliseconds there and back.
GUIDE = {(45, 100): (823, 215), (100, 25): (370, 78), (155, 100): (805, 209),
         (622, 40): (357, 117), (1000, 20): (132, 38)}


def print_moves(move):
    """A row of the guide's table 2: how long a machine took, and the first one alone."""
    steps = [s for s in move.dossier.get("steps", [])
             if s["step"] in ("storage", "memory") and not s["back"] and s.get("ok")]
    took = [sum(s["to"] - s["from"] for s in steps if s["host"] == m.name) / 1e3
            for m in move.machines if any(s["host"] == m.name for s in steps)]
    if not took:
        return
    link = move.args.rate, 2 * move.args.delay
    how = "without womd" if move.args.without_womd else "with womd"
    print(f"a machine's move     {sum(took) / len(took):.1f} s ({how}, disk and memory; "
          + ", ".join(f"{s:.1f}" for s in took) + ")")
    if link in GUIDE:
        alone, carried = GUIDE[link]
        print(f"the guide's          {alone} s without its accelerator, {carried} s with it: "
              f"{alone / carried:.2f} to 1 (1 GiB of memory alone)")


def tell(move, final):
    """Prints it all; True when nobody noticed anything."""
    with move.users.record.lock:
        requests = list(move.users.record.requests)
    begin = move.marks["the move begins"]
    end = move.marks[f"the move is {final}"]
    parts = {"before": [r for r in requests if r.began < begin],
             "during": [r for r in requests if begin <= r.began < end],
             "after": [r for r in requests if r.began >= end]}
    failed = [r for r in requests if r.wrong]
    sessions = move.users.sessions()
    moved = sum(m.octets for m in move.machines)
    print(f"\nguests               {move.kind}, {len(move.machines)} of "
          f"{move.sizes.memory_mib} MiB memory and {move.sizes.disk_mib} MiB disk")
    print(f"link                 {move.args.rate:g} Mbit/s, {move.args.delay:g} ms each way, "
          f"loss {move.args.loss:g}"
          + (", past womd" if move.args.without_womd else ""))
    print(f"plan, faults         {move.args.plan}, {', '.join(move.args.fault) or 'none'}")
    print(f"outcome              {final} after {end - begin:.1f} s")
    print(f"requests             {len(requests)}, failed {len(failed)}")
    print(f"connections reset    {move.users.record.resets}")
    print(f"octets compared      {move.users.record.octets}")
    print(f"longest stall        request {longest(requests) * 1e3:.0f} ms, session "
          f"{max((s.longest_s for s in sessions), default=0) * 1e3:.0f} ms")
    print("machines stood still " + (", ".join(
        f"{m.name} {s * 1e3:.0f} ms" for m in move.machines for _, s in m.stood_s()) or "never"))
    print("p99                  " + ", ".join(
        f"{name} {p99(v):.1f} ms" for name, v in parts.items()))
    print(f"over the WAN         {move.wan / 1e6:.1f} MB for {moved / 1e6:.1f} MB of memory and "
          f"disk: {moved / max(1, move.wan):.2f} to 1")
    print_moves(move)
    print(f"last late request    {last_late(move, requests):.1f} s after the flip, but for who "
          f"pins (TTL {move.sizes.ttl_s} s)")
    if move.relay is not None:
        move.relay.tell(requests)
    places = ", ".join(f"{m.name} at {NAMES[m.site]}" for m in move.machines)
    print(f"at the end           {places}")
    print_shares(move, requests)
    for r in sorted(requests, key=lambda r: -r.took)[:5]:
        if r.took > 2 * STALL_S:
            print(f"# slow: {r.client} at {r.began - move.began:.1f} s, {r.took:.1f} s, "
                  f"{NAMES[r.site] if r.site >= 0 else 'no address'}")
    for r in failed[:10]:
        print(f"# failed: {r.client} at {r.began - move.began:.1f} s after {r.took:.1f} s: "
              f"{r.wrong}")
    for s in sessions:
        if s.wrong:
            print(f"# session: {s.wrong}")
    for site in move.lab.sites:
        for line in balancer.trouble(site):
            print(f"# HAProxy of {site.name}: {line}")
    for m in move.machines:
        for line in m.broke()[:5]:
            print(f"# {m.name} broke, inside (docs/notes/lab.md, QEMU): {line}")
    for fault in move.missed:
        print(f"# {fault} never had its moment, or failed")
    return not failed and move.users.record.resets == 0 and not move.missed
