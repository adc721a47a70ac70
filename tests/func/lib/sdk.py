"""A client as strict as F5's SDK for Python: what it checks, in its order.

It logs in with Basic and JSON at once and wants micros in the token; it takes
the version from the link of /mgmt/tm/sys/; it refuses a document whose kind is
not exactly the one it knows; it goes on by the selfLink it was given, with a
slash at its end; modify is a PATCH, update a PUT of the whole object as it was
read; what a reply says becomes the object.
"""
import base64
import http.client
import json
import urllib.parse

from lib.front import CONTEXT, PASSWORD

HOST = "https://localhost"
SAFE = "!$%&'()*+,/:;=@~"	# what its HTTP library leaves alone in a URL


class HTTPError(Exception):
    """A status that is no success; message is the server's sentence."""

    def __init__(self, status, doc):
        super().__init__(f"{status}: {doc}")
        self.status, self.doc = status, doc
        self.message = doc["message"] if doc else ""


class KindMismatch(Exception):
    """The document is not of the kind that was asked for."""


class Session:
    """One connection that is kept, with the headers of every request."""

    def __init__(self, port, user="admin", password=PASSWORD):
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=CONTEXT,
                                                      timeout=30)
        self.headers = {}
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        reply = self.ask("POST", "/mgmt/shared/authn/login", {
            "username": user, "password": password, "loginProviderName": "tmos"},
            Authorization="Basic " + pair)
        self.token = reply["token"]
        self.life_s = (self.token["expirationMicros"] - self.token["lastUpdateMicros"]) / 1e6
        self.headers["X-F5-Auth-Token"] = self.token["token"]
        link = self.ask("GET", "/mgmt/tm/sys/")["selfLink"]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
        self.version = query["ver"][0]

    def ask(self, method, path, body=None, **headers):
        """The document of a success (None = empty); HTTPError for the rest."""
        head = {**self.headers, **headers}
        text = None
        if body is not None:
            text = json.dumps(body)
            head["Content-Type"] = "application/json"
        self.connection.request(method, urllib.parse.quote(path, safe=SAFE + "?"), text, head)
        r = self.connection.getresponse()
        data = r.read()
        assert not data or r.headers["Content-Type"].startswith("application/json"), data[:80]
        doc = json.loads(data) if data else None
        if not 200 <= r.status <= 207:
            raise HTTPError(r.status, doc)
        return doc

    def logout(self):
        self.ask("DELETE", "/mgmt/shared/authz/tokens/" + self.token["token"])
        self.connection.close()


def locate(name, partition=None, subPath=None, inside=False):
    """The last part of an object's URL; slashes in a name of an item are %2F."""
    if inside:
        name = name.replace("/", "%2F")
    return "".join("~" + p.replace("/", "~") for p in (partition, subPath) if p) + \
        ("~" + name if partition else name)


class Collection:
    """A collection by its path below /mgmt/tm and the kind of what is in it."""

    def __init__(self, session, path, kind, inside=False):
        self.session, self.path, self.kind, self.inside = session, path, kind, inside

    @property
    def uri(self):
        return "/mgmt/tm/" + self.path + "/"

    def _check(self, doc):
        want = self.kind[:-len("state")] + "collectionstate"
        if doc["kind"] != want:
            raise KindMismatch(f"{doc['kind']} is not {want}")
        assert doc["selfLink"].startswith(f"{HOST}{self.uri[:-1]}?"), doc["selfLink"]
        return doc

    def get_collection(self, query=""):
        """Every item as a resource, by its kind."""
        doc = self._check(self.session.ask("GET", self.uri + query))
        assert doc.get("items") != [], "an empty collection has no items"
        return [Resource(self, item) for item in doc.get("items", [])]

    def create(self, **properties):
        return Resource(self, self.session.ask("POST", self.uri, properties))

    def load(self, **where):
        return Resource(self, self.session.ask("GET", self._find(where)))

    def exists(self, **where):
        try:
            self.session.ask("GET", self._find(where))
        except HTTPError as e:
            if e.status == 404:
                return False
            raise
        return True

    def stats(self):
        return stats(self.session, self.uri)

    def _find(self, where):
        return self.uri + locate(inside=self.inside, **where) + "/"


class Single(Collection):
    """An object of which there is exactly one, without a name."""

    def load(self, **where):
        return Resource(self, self.session.ask("GET", self.uri))


class Resource:
    """An object as it was last read: its properties are in doc."""

    def __init__(self, collection, doc):
        self.collection, self.session = collection, collection.session
        self._take(doc)

    def _take(self, doc):
        if doc["kind"] != self.collection.kind:
            raise KindMismatch(f"{doc['kind']} is not {self.collection.kind}")
        parts = urllib.parse.urlsplit(doc["selfLink"])
        assert parts.query == "ver=" + self.session.version, doc["selfLink"]
        assert doc["selfLink"].startswith(HOST + "/mgmt/tm/"), doc["selfLink"]
        assert not (doc.get("enabled") and doc.get("disabled")), doc
        self.doc, self.uri = doc, parts.path + "/"

    def __getattr__(self, name):
        try:
            return self.__dict__["doc"][name]
        except KeyError:
            raise AttributeError(name) from None

    def modify(self, **properties):
        self._take(self.session.ask("PATCH", self.uri, properties))

    def update(self, **properties):
        self._take(self.session.ask("PUT", self.uri, {**self.doc, **properties}))

    def refresh(self, query=""):
        self._take(self.session.ask("GET", self.uri + query))

    def delete(self):
        assert self.session.ask("DELETE", self.uri) is None
        self.doc = {}

    def stats(self):
        return stats(self.session, self.uri)

    def items(self, name):
        """A sub-collection, by the reference that the object shows."""
        camel = name.split("-")
        reference = self.doc[camel[0] + "".join(p.title() for p in camel[1:]) + "Reference"]
        assert reference["isSubcollection"] is True
        path = urllib.parse.urlsplit(reference["link"]).path
        kind = ":".join([*self.collection.kind.split(":")[:-1], name, name + "state"])
        return Collection(self.session, path[len("/mgmt/tm/"):], kind, inside=True)


def stats(session, uri):
    """A page of statistics: {URL: {key: value or description}}."""
    doc = session.ask("GET", uri + "stats")
    assert doc["kind"].endswith("stats"), doc["kind"]
    page = {}
    for url, entry in doc.get("entries", {}).items():
        nested = entry["nestedStats"]
        assert url.startswith(HOST + "/mgmt/tm/") and url.endswith("/stats"), url
        assert nested["selfLink"].startswith(url) and nested["kind"].endswith("stats"), nested
        page[url] = {key: v.get("value", v.get("description"))
                     for key, v in nested["entries"].items()}
    return page


class Transaction:
    """with Transaction(session): every write waits for the end, and all of them
    happen then, or none. An exception leaves it uncommitted."""

    uri = "/mgmt/tm/transaction/"

    def __init__(self, session, validate_only=False):
        self.session, self.validate_only = session, validate_only

    def __enter__(self):
        self.doc = self.session.ask("POST", self.uri, {})
        if self.doc["kind"] != "tm:transactionstate":
            raise KindMismatch(self.doc["kind"])
        assert self.doc["state"] == "STARTED", self.doc
        self.session.headers["X-F5-REST-Coordination-Id"] = str(self.doc["transId"])
        return self

    def own(self, method, path="", body=None):
        """A request about the transaction, which must not wait in it."""
        waiting = self.session.headers.pop("X-F5-REST-Coordination-Id", None)
        try:
            return self.session.ask(method, f"{self.uri}{self.doc['transId']}{path}", body)
        finally:
            if waiting:
                self.session.headers["X-F5-REST-Coordination-Id"] = waiting

    def __exit__(self, kind, value, trace):
        del self.session.headers["X-F5-REST-Coordination-Id"]
        if kind is None:
            self.doc = self.own("PATCH", "", {"state": "VALIDATING",
                                              "validateOnly": self.validate_only})
        return False
