#!/usr/bin/python3
"""Metrics as a real Prometheus scrapes them: through gtmrestd, over TLS."""
import json
import os
import subprocess
import urllib.parse
import urllib.request

from lib import guide
from lib.front import PASSWORD, Front
from lib.scene import Process, eventually, free_port, main, need, scene

NAME = "vmhttp.siterequest.com"
WIDE = f'type="a",wideip="/Common/{NAME}"'


def stage(t, **kw):
    """The guide's application; both sites up."""
    sites = t.site("local", 10), t.site("remote", 20)
    t.start(guide.application(t, *sites, **kw))
    t.becomes(NAME, [sites[0].addr])
    return sites


def scrape(t, query=""):
    """Samples by name with labels, as text; the whole page is clean."""
    page = subprocess.run([need("curl"), "-sSg", "--fail", "--max-time", "20", "--unix-socket",
                           os.path.join(t.dir, "state", "control.sock"),
                           "http://localhost/metrics" + query],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    lint = subprocess.run([need("promtool"), "check", "metrics"], input=page, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert lint.returncode == 0 and lint.stdout == "", lint.stdout
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in page.splitlines() if line and not line.startswith("#")}


class Prometheus:
    """The real one, on the loopback, with a directory of its own."""

    def __init__(self, t, front):
        self.port = free_port()
        conf = t.write("prometheus.yml", f"""
global: {{ scrape_interval: 1s, scrape_timeout: 1s }}
scrape_configs:
- job_name: gtm
  scheme: https
  tls_config: {{ insecure_skip_verify: true }}
  basic_auth: {{ username: guest, password: "{PASSWORD}" }}
  static_configs: [ {{ targets: [ "127.0.0.1:{front.port}" ] }} ]
- job_name: bearer
  scheme: https
  tls_config: {{ insecure_skip_verify: true }}
  authorization: {{ credentials: "{front.token('guest')}" }}
  static_configs: [ {{ targets: [ "127.0.0.1:{front.port}" ] }} ]
""")
        self.process = Process(t, "prometheus", [
            need("prometheus"), "--config.file=" + conf,
            "--storage.tsdb.path=" + os.path.join(t.dir, "tsdb"),
            f"--web.listen-address=127.0.0.1:{self.port}"])

    def api(self, path, **params):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?" + urllib.parse.urlencode(params)
        try:
            with urllib.request.urlopen(url, timeout=10) as r:
                return json.load(r)["data"]
        except OSError:
            return None		# not up yet

    def value(self, expression):
        """Of an expression with one result; None = nothing yet."""
        found = self.api("query", query=expression)
        return float(found["result"][0]["value"][1]) if found and found["result"] else None


@scene("Prometheus scrapes gtmd through gtmrestd and knows what was asked")
def scraped(t):
    local, _ = stage(t)
    front = Front(t, "guest")
    before = scrape(t)
    asked = f'gtm_wideip_requests_total{{{WIDE}}}'
    dig = [need("dig"), "-p", str(t.port), "@127.0.0.1", "+short", "+tries=1"]
    for _ in range(12):
        assert t.run([*dig, NAME]).stdout.strip() == local.addr
    t.run([*dig, "+tcp", NAME, "TXT"])
    p = Prometheus(t, front)
    basic = asked.replace("{", '{job="gtm",')
    eventually(lambda: p.value(basic) == before[asked] + 12, 20, "12 queries are known")
    bearer = asked.replace("{", '{job="bearer",')
    eventually(lambda: p.value(bearer) == before[asked] + 12, 20, "to who has a token, too")
    assert p.value('up{job="gtm"}') == 1
    pool = 'gtm_pool_answers_total{pool="/Common/Local_pool",how="preferred"}'
    assert p.value(pool.replace("{", '{job="gtm",')) == before[asked] + 12
    assert p.value('gtm_dns_queries_total{job="gtm",transport="tcp"}') >= 1
    assert p.value('gtm_dns_queries_by_type_total{job="gtm",type="TXT"}') == 1
    targets = p.api("targets")["activeTargets"]
    assert [(x["health"], x["lastError"]) for x in targets] == [("up", "")] * 2, targets
    local.stop()		# a state that changes is seen as one
    down = 'gtm_pool_member_available{pool="/Common/Local_pool"}'
    eventually(lambda: p.value(down.replace("{", '{job="gtm",')) == 0, 20, "the member is down")
    assert p.value('sum(gtm_probe_results_total{monitor="http",result="up"})') >= 2
    assert p.value('sum(gtm_probe_duration_seconds_count)') >= 2


@scene("the page holds states, probes, changes, requests; counters only grow")
def page(t):
    stage(t)
    count = 'gtm_probe_duration_seconds_count{monitor="http"}'
    # counted in the prober, told a moment after the news
    one = eventually(lambda: (lambda p: p if p[count] >= 2 else None)(scrape(t)), 5)
    assert one["gtm_config_commits_total"] == 0 and one["gtm_dns_listeners"] == 2
    assert one[f"gtm_wideip_available{{{WIDE}}}"] == 1
    assert one['gtm_objects{kind="pool",availability="available",state="enabled"}'] == 2
    assert one['gtm_virtual_server_available{server="/Common/Local-BIG-IP",'
               'virtual_server="vmhttp"}'] == 1
    bucket = 'gtm_probe_duration_seconds_bucket{monitor="http",le="+Inf"}'
    assert one[bucket] == one[count] >= 2
    url = "http://localhost/mgmt/tm/gtm/pool/a/~Common~Local_pool"
    socket = os.path.join(t.dir, "state", "control.sock")
    for path in (url, url + "x"):
        t.run([need("curl"), "-s", "--unix-socket", socket, "-X", "PATCH", "-H",
               "Content-Type: application/json", "-d", '{"disabled": true}', path])
    for what in ("process", "gtm_prober"):	# of gtmd, and of its child
        assert one[what + "_cpu_seconds_total"] > 0, what
        assert one[what + "_resident_memory_bytes"] > 1 << 20, what
        assert 5 < one[what + "_open_fds"] < one[what + "_max_fds"], what
    two = scrape(t)
    assert two["gtm_config_commits_total"] == 1 and two["gtm_journal_bytes"] > 0
    assert two['gtm_rest_requests_total{code="404"}'] == 1
    assert two['gtm_pool_enabled{type="a",pool="/Common/Local_pool"}'] == 0
    assert two["gtm_decisions_total"] > one["gtm_decisions_total"]
    assert not [k for k in one if "_total" in k and two[k] < one[k]]
    few = scrape(t, "?collect[]=pool&collect[]=server")
    assert {k.split("{")[0] for k in few if k.startswith(("gtm_w", "gtm_p", "gtm_s"))
            and "probe" not in k} == {
        "gtm_pool_answers_total", "gtm_pool_available", "gtm_pool_enabled",
        "gtm_server_available", "gtm_server_enabled", "gtm_states_evaluated_total"}


@scene("odd names are told as they are; strangers get nothing")
def odd(t):
    t.start('gtm datacenter "/Common/Hong Kong (1)" { }\n')
    assert [k for k in scrape(t) if k.startswith("gtm_datacenter_enabled")] == [
        'gtm_datacenter_enabled{datacenter="/Common/Hong Kong (1)"}']
    front = Front(t)
    assert front.ask("GET", "/metrics")[0] == 401
    assert front.ask("POST", "/metrics", {}, user="admin")[0] == 404
    assert front.ask("GET", "/metrics?collect%5B%5D=nonsense", user="admin")[0] == 400
    assert front.ask("GET", "/metrics/x", user="admin")[0] == 404


if __name__ == "__main__":
    main()
