#!/usr/bin/python3
"""The OpenAPI description: valid by the specification's own schema, and true."""
import copy
import gzip
import json
import os
import re
import subprocess

import jsonschema

from lib import guide
from lib.scene import TOP, main, need, scene

# The OpenAPI Initiative's schema of 3.0, as Debian's openapi-specification has it.
SCHEMA = "/usr/share/openapi-specification/schemas/v3.0/schema.json"
NAME = "vmhttp.siterequest.com"
METHODS = ("get", "put", "post", "delete", "patch")


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        return json.load(f)


def described():
    return read(os.path.join(TOP, "docs", "openapi.json"))


def lookup(doc, ref):
    """What a local reference leads to, or None."""
    at = doc
    for part in ref.removeprefix("#/").split("/"):
        at = at.get(part) if isinstance(at, dict) else None
    return at


def walk(node):
    yield node
    children = node.values() if isinstance(node, dict) else node
    for child in children if isinstance(node, (dict, list)) else ():
        yield from walk(child)


def operations(doc):
    for path, item in doc["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def faults(doc):
    """All that is wrong with a description. The schema can't follow references, nor see
    names that are declared twice or not at all: the specification says that in prose."""
    found = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
             for e in jsonschema.Draft4Validator(read(SCHEMA)).iter_errors(doc)]
    if found:
        return found
    found += [f"{n['$ref']} leads nowhere" for n in walk(doc)
              if isinstance(n, dict) and isinstance(n.get("$ref"), str)
              and lookup(doc, n["$ref"]) is None]
    if found:
        return found
    seen = set()
    for path, method, item, op in operations(doc):
        params = [lookup(doc, p["$ref"]) if "$ref" in p else p
                  for p in item.get("parameters", []) + op.get("parameters", [])]
        declared = [p["name"] for p in params if p["in"] == "path"]
        if sorted(declared) != sorted(re.findall(r"{(.+?)}", path)):
            found.append(f"{method} {path}: path parameters {declared}")
        if op["operationId"] in seen:
            found.append(f"{op['operationId']} twice")
        seen.add(op["operationId"])
    templates = [re.sub(r"{.+?}", "{}", path) for path in doc["paths"]]
    found += [f"{t}: two paths" for t in set(templates) if templates.count(t) > 1]
    found += [f"{kind} {name}: no name" for kind, all_of in doc["components"].items()
              for name in all_of if not re.fullmatch(r"[a-zA-Z0-9._-]+", name)]
    found += [f"default {n['default']} of {n} is not valid"
              for n in walk(doc["components"]["schemas"])
              if isinstance(n, dict) and "type" in n and "default" in n
              and not jsonschema.Draft4Validator(n).is_valid(n["default"])]
    return found


def small(doc):
    """The part about pools: enough to be broken in every way."""
    doc = copy.deepcopy(doc)
    doc["paths"] = {k: v for k, v in doc["paths"].items()
                    if re.match("/mgmt/tm/gtm/pool/a(/|$)", k)}
    schemas = doc["components"]["schemas"]
    doc["components"]["schemas"] = {k: v for k, v in schemas.items()
                                    if "." not in k or re.match(r"gtm\.pool\.a(\.|$)", k)}
    return doc


@scene("the description is valid, and every way of breaking it is noticed")
def valid(t):
    doc = described()
    assert faults(doc) == [], "\n".join(faults(doc))
    pool = "/mgmt/tm/gtm/pool/a/{name}"
    breaks = {
        "no title": lambda d: d["info"].pop("title"),
        "no paths": lambda d: d.pop("paths"),
        "wrong version": lambda d: d.update(openapi="2.0"),
        "a key that there is not": lambda d: d["paths"][pool]["get"].update(answers={}),
        "no answers": lambda d: d["paths"][pool]["get"].pop("responses"),
        "no such type": lambda d: d["components"]["schemas"]["error"].update(type="text"),
        "a path without slash": lambda d: d["paths"].update(x=d["paths"].pop(pool)),
        "a name with a blank": lambda d: d["components"]["schemas"].update({"a b": {}}),
        "a parameter nowhere": lambda d: d["components"]["parameters"]["name"].pop("in"),
        "a reference to nothing": lambda d: d["components"]["schemas"].pop("gtm.pool.a"),
        "a path parameter that is not told": lambda d: d["paths"][pool].pop("parameters"),
        "one operation twice": lambda d: d["paths"][pool]["get"].update(
            operationId=d["paths"][pool]["put"]["operationId"]),
        "a default out of range": lambda d: d["components"]["schemas"]["gtm.pool.a"][
            "properties"]["ttl"].update(default=-1),
        "one path twice": lambda d: d["paths"].update({pool.replace("name", "n"): {}}),
    }
    doc = small(doc)
    assert faults(doc) == [], "\n".join(faults(doc))
    for what, damage in breaks.items():
        broken = copy.deepcopy(doc)
        damage(broken)
        assert faults(broken), what


def get(t, path):
    out = subprocess.run([need("curl"), "-sS", "-g", "--max-time", "20", "--unix-socket",
                          os.path.join(t.dir, "state", "control.sock"), "-w", "\n%{http_code}",
                          "http://localhost" + path], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    text, _, status = out.rpartition("\n")
    return status, json.loads(text) if text else None


@scene("a running gtmd serves the same, and every answer of a GET is as described")
def true(t):
    a, b = t.site("local", 10), t.site("remote", 20)
    t.start(guide.application(t, a, b))
    doc = described()
    assert get(t, "/mgmt/tm/gtm/openapi") == ("200", doc)
    names = {"pool/a": "Local_pool", "wideip/a": NAME, "server": "Local-BIG-IP",
             "datacenter": "Local", "monitor/http": "VM-http-monitor", "listener": "udp"}
    keys = {"members": "~Common~Local-BIG-IP:vmhttp", "virtual-servers": "vmhttp",
            "pools": "~Common~Local_pool"}
    answered = set()
    for path, method, _, op in operations(doc):
        if method != "get" or not path.startswith("/mgmt/tm/") or "/transaction/" in path \
                or path.endswith("/events"):
            continue
        kind = path.removeprefix("/mgmt/tm/gtm/").split("/{")[0]
        url = path.replace("{name}", names.get(kind, "none"))
        for items, key in keys.items():
            url = url.replace(items + "/{key}", f"{items}/{key}")
        status, body = get(t, url.replace("{key}", "none"))
        answer = op["responses"].get(status)
        assert answer is not None, (url, status, body)
        answer = lookup(doc, answer["$ref"]) if "$ref" in answer else answer
        schema = answer["content"]["application/json"]["schema"]
        jsonschema.Draft4Validator(dict(schema, components=doc["components"])).validate(body)
        answered.add((status, "items" in (body or {}) or "members" in url))
    assert {("200", True), ("200", False), ("404", False)} <= answered, answered


@scene("what the description says of properties is what gtmd takes and gives")
def properties(t):
    t.start("gtm datacenter /Common/Local { }\n")
    doc = described()
    schemas = doc["components"]["schemas"]
    _, types = get(t, "/mgmt/tm/gtm/describe")
    for one in types["types"]:
        name = one["words"].replace(" ", ".")
        if "refused" in one:
            assert name not in schemas, name
            continue
        told = schemas[name]["properties"]
        for p in one["properties"]:
            if p["kind"] == "items" and "refused" in p:
                continue
            camel = [re.sub("-(.)", lambda m: m[1].upper(), w) for w in p.get("words", [])]
            wanted = {"state": camel, "pairs": ["apiRawValues"]}.get(p["kind"], [p["restName"]])
            assert all(w in told for w in wanted), (name, p["name"])
    ttl = schemas["gtm.pool.a"]["properties"]["ttl"]
    assert (ttl["default"], ttl["minimum"], ttl["maximum"]) == (30, 0, 2147483647), ttl


if __name__ == "__main__":
    main()
