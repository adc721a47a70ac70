"""The requests of Terraform's provider for BIG-IP (F5Networks/bigip 1.28), in
their order and with their bodies, without Terraform.

Its library leaves out of a body what is zero, false or empty, writes a missing
list as null, expects numbers where its structs have numbers, and takes a 503
for a reason to wait.
"""
import http.client
import json
import urllib.parse

from lib.front import CONTEXT, PASSWORD

# The fields that its structs read as numbers and as lists; enabled and disabled
# are booleans, all others are texts, or it stops with an error.
LISTS = {"addresses", "aliases", "items", "pools", "regionMembers",
         "loadBalancingDecisionLogVerbosity"}
NUMBERS = {"generation", "failureRcodeTtl", "interval", "limitCpuUsage", "limitMaxBps",
           "limitMaxConnections", "limitMaxPps", "limitMemAvail", "maxAnswersReturned",
           "memberOrder", "minMembersUpValue", "order", "persistCidrIpv4", "persistCidrIpv6",
           "probeTimeout", "qosHitRatio", "qosHops", "qosKilobytesSecond", "qosLcs",
           "qosPacketRate", "qosRtt", "qosTopology", "qosVsCapacity", "qosVsScore", "ratio",
           "score", "timeout", "translationPort", "ttl", "ttlPersistence"}
# What they do not have, or what has a form of its own.
UNKNOWN = {"dependsOn"}


class Refused(Exception):
    """A status from 400 on, with the server's sentence."""

    def __init__(self, status, doc):
        super().__init__(f"HTTP {status} :: {doc['message']}")
        assert doc["code"] == status, doc
        self.status = status


def decodes(doc):
    """Would its structs take this document?"""
    for key, v in doc.items():
        if key in LISTS:
            assert isinstance(v, list), (key, v)
            for item in v:
                if isinstance(item, dict):
                    decodes(item)
        elif key in NUMBERS:
            assert isinstance(v, int) and not isinstance(v, bool), (key, v)
        elif key in ("enabled", "disabled"):
            assert v is True, (key, v)
        elif not key.endswith("Reference") and key not in UNKNOWN:
            assert isinstance(v, str), (key, v)


def omitempty(**fields):
    return {k: v for k, v in fields.items() if v not in (0, "", None, []) and v is not False}


class Provider:
    """The provider's session: log-in, life of the token, check of the connection."""

    def __init__(self, port, user="admin", password=PASSWORD, life_s=1200):
        self.port, self.token, self.connection = port, None, None
        reply = self.call("POST", "mgmt/shared/authn/login", {
            "username": user, "password": password, "loginProviderName": "tmos"})
        self.token = reply["token"]["token"]
        reply = self.call("PATCH", "mgmt/shared/authz/tokens/" + self.token,
                          {"timeout": life_s})
        assert reply["timeout"] == life_s, reply
        decodes({"items": self.call("GET", "net", "self").get("items", [])})

    def call(self, method, *path):
        """The document of one call, or Refused. A dict at the end is the body."""
        body = path[-1] if isinstance(path[-1], dict) else None
        parts = path if body is None else path[:-1]
        url = "/".join(p if p.startswith("mgmt/") else p.replace("/", "~") for p in parts)
        url = "/" + (url if url.startswith("mgmt/") else "mgmt/tm/" + url)
        headers = {"User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
        if self.token:
            headers["X-F5-Auth-Token"] = self.token
        if method != "DELETE":
            headers["Content-Type"] = "application/json"
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.port,
                                                          context=CONTEXT, timeout=30)
        text = None if body is None else json.dumps(body, separators=(",", ":"))
        self.connection.request(method, urllib.parse.quote(url, safe="/~:$&+,;=@*!()'"), text,
                                headers)
        r = self.connection.getresponse()
        data = r.read()
        if r.status >= 400:
            assert "application/json" in r.headers["Content-Type"], r.headers
            raise Refused(r.status, json.loads(data))
        return json.loads(data) if data else None

    def get(self, *path):
        doc = self.call("GET", *path)
        decodes(doc)
        return doc
