#!/usr/bin/python3
"""Health decides the answer: the deployment guide's two sites."""
from lib import guide
from lib.scene import main, scene

NAME = "vmhttp.siterequest.com"


def two_sites(t, **kw):
    local, remote = t.site("local", 1), t.site("remote", 2)
    t.start(guide.application(t, local, remote, **kw))
    return local, remote


@scene("the healthy site answers with TTL 15")
def answers(t):
    local, _ = two_sites(t)
    r = t.query(NAME)
    assert r.answer[0].ttl == 15, r
    assert [rd.to_text() for rd in r.answer[0]] == [local.addr], r


@scene("a site whose web server stops loses the traffic, and gets it back")
def failover(t):
    local, remote = two_sites(t)
    t.becomes(NAME, [local.addr])
    local.stop()
    t.becomes(NAME, [remote.addr])
    local.start()
    t.becomes(NAME, [local.addr])


@scene("with every site down the answer has no data and an SOA of 15 s at most")
def all_down(t):
    local, remote = two_sites(t, local_pool="    fallback-mode none\n",
                              remote_pool="    fallback-mode none\n")
    local.stop()
    remote.stop()
    t.becomes(NAME, [], seconds=8)
    soa = t.query(NAME).authority[0]
    assert soa.ttl <= 15 and soa[0].minimum <= 15, soa


@scene("known states survive a restart: no answer flaps to a site that is down")
def restart(t):
    local, remote = two_sites(t)
    local.stop()
    t.becomes(NAME, [remote.addr])
    t.gtmd.stop()
    t.start()
    assert t.answer(NAME) == [remote.addr]


if __name__ == "__main__":
    main()
