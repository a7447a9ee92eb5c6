"""Just enough of a FHIR client for the live tests: transactions and reads."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

VOLATILE = ("meta", "text")  # what a server may write into a resource of its own accord


@dataclass(frozen=True)
class FhirServer:
    """A FHIR server by its base URL."""

    base_url: str

    def transact(self, bundle: bytes) -> dict[str, Any]:
        """Send a transaction; HTTP errors are raised."""
        return self._ask("POST", "", bundle)

    def read(self, address: str) -> dict[str, Any]:
        """Read ``Type/id`` as it is now."""
        return self._ask("GET", f"/{address}", None)

    def _ask(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        url = f"{self.base_url.rstrip('/')}{path}"
        headers = {"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"}
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - the tester names the server
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - see above
            document: dict[str, Any] = json.load(answer)
        return document


def without_volatile(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource without what the server added."""
    return {name: value for name, value in resource.items() if name not in VOLATILE}


def assert_twice_is_once(server: FhirServer, bundle: bytes) -> None:
    """Send a bundle twice; what is stored is what was sent, and the second time changes nothing."""
    entries = json.loads(bundle)["entry"]
    addresses = [entry["request"]["url"] for entry in entries if entry["request"]["method"] == "PUT"]
    sent = {entry["request"]["url"]: entry["resource"] for entry in entries}
    server.transact(bundle)
    first = {address: without_volatile(server.read(address)) for address in addresses}
    server.transact(bundle)
    second = {address: without_volatile(server.read(address)) for address in addresses}
    assert second == first
    for address, resource in first.items():
        missing = sent[address].keys() - resource.keys() - set(VOLATILE)
        assert not missing, f"{address}: the server does not give back {sorted(missing)}"
