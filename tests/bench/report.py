"""What was measured, as tables, and beside each goal how far it was reached."""
import statistics


def middle(rows, key):
    return statistics.median(r[key] for r in rows)


def pairs(line):
    """A line of key=value."""
    return {k: float(v) for k, v in (word.split("=") for word in line.split())}


# CPU per query of gtmd over that of the peer: what is aimed at.
STATIC = {"floor": 1.02, "gdnsd": 1.03, "nsd": 0.90, "knot": 0.85, "pdns": 0.65}
RATIO = {"gdnsd": 0.95, "knot": 0.80, "pdns": 0.20}
MILLION = {"gdnsd": 0.85, "nsd": 0.65, "knot": 0.65}
MODERATE = {"gdnsd": 0.65, "nsd": 0.65, "knot": 0.65, "pdns": 0.65}
NO_GOALS = {}


class Report:
    """Prints as it goes; keeps goals and failures for the end."""
    def __init__(self):
        self.goals, self.failures = [], []

    def failed(self, what, why):
        self.failures.append(f"{what}: {why}")
        print(f"{what} FAILED: {why}", flush=True)

    def goal(self, what, value, most):
        """A value that is to be at most so much."""
        self.goals.append((what, value, most))

    def table(self, title, rows, notes, goals):
        """rows: a server's name to the results of its rounds; gtmd first."""
        if not rows:
            return
        ours = middle(rows["gtmd"], "cpu_us") if "gtmd" in rows else None
        print(f"\n{title}\n{'server':7}{'kqps min/med/max':>18}{'CPU us/query min/med/max':>26}"
              f"{'gtmd / it':>11}{'goal':>6}{'busy %':>8}{'p50 us':>8}{'p99 us':>8}{'lost':>8}")
        for name, got in rows.items():
            q = sorted(r["qps"] / 1e3 for r in got)
            c = sorted(r["cpu_us"] for r in got)
            ratio = ours / statistics.median(c) if ours else float("nan")
            goal = goals.get(name)
            if ours and goal:
                self.goal(f"{title}: CPU, gtmd / {name}", ratio, goal)
            print(f"{name:7}{q[0]:6.0f}{statistics.median(q):6.0f}{q[-1]:6.0f}"
                  f"{c[0]:10.2f}{statistics.median(c):8.2f}{c[-1]:8.2f}"
                  f"{ratio:11.2f}{goal or '':>6}{middle(got, 'busy') * 100:8.0f}"
                  f"{middle(got, 'p50_us'):8.0f}"
                  f"{middle(got, 'p99_us'):8.0f}{sum(r['lost'] for r in got):8.0f}  "
                  f"{notes[name]}", flush=True)

    def latency(self, title, rows, most_us):
        """gtmd may wait for company, but not for so long that anybody minds."""
        peers = [middle(got, "p50_us") for name, got in rows.items()
                 if name not in ("gtmd", "floor")]
        if "gtmd" in rows and peers:
            self.goal(f"{title}: p50 us above the quickest peer's",
                      middle(rows["gtmd"], "p50_us") - min(peers), most_us)

    def end(self):
        """The goals, then what failed. True when nothing failed: a goal that was
        missed on a busy machine is no failure."""
        if self.goals:
            print(f"\n{'goal':76}{'measured':>10}{'at most':>9}")
        for what, value, most in self.goals:
            print(f"{what:76}{value:10.2f}{most:9.2f}  {'met' if value <= most else 'MISSED'}")
        met = sum(value <= most for _, value, most in self.goals)
        print(f"\n{met} of {len(self.goals)} goals met, {len(self.failures)} parts failed")
        for text in self.failures:
            print(f"    {text}")
        return not self.failures
