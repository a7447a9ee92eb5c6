"""Against a FHIR server of yours: ``RUN_FMX_TESTS=1 FMX_FHIR_URL=http://127.0.0.1:8080/fhir pytest tests/live``."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.live.fhir_client import FhirServer, assert_twice_is_once

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/expected.json"))


@pytest.fixture(scope="module")
def live() -> FhirServer:
    """The server that the environment names."""
    if os.environ.get("RUN_FMX_TESTS") != "1":
        pytest.skip("no live tests: set RUN_FMX_TESTS=1 and FMX_FHIR_URL to a FHIR server")
    url = os.environ.get("FMX_FHIR_URL")
    if not url:
        pytest.fail("RUN_FMX_TESTS=1 needs FMX_FHIR_URL, the base URL of a FHIR server")
    return FhirServer(url)


@pytest.mark.live
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_bundle_sent_twice_is_stored_once(case: Path, live: FhirServer) -> None:
    assert_twice_is_once(live, (case / "expected.json").read_bytes())


class _Stored(BaseHTTPRequestHandler):
    """The smallest server that takes transactions of PUTs; ``sloppy`` ones change what they store each time."""

    store: dict[str, Any]
    sloppy = False

    def do_POST(self) -> None:
        bundle = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for entry in bundle["entry"]:
            known = self.store.get(entry["request"]["url"], {})
            version = int(known.get("meta", {}).get("versionId", 0)) + 1
            stored = {**entry["resource"], "meta": {"versionId": str(version)}}
            self.store[entry["request"]["url"]] = {
                **stored,
                **({"language": str(version)} if self.sloppy else {}),
            }
        self._answer({"resourceType": "Bundle", "type": "transaction-response"})

    def do_GET(self) -> None:
        self._answer(self.store[self.path.lstrip("/")])

    def _answer(self, resource: dict[str, Any]) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(resource).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=[False, True], ids=["good", "sloppy"])
def local(request: pytest.FixtureRequest) -> Iterator[tuple[FhirServer, bool]]:
    """A server on the loopback interface, and whether it is sloppy."""
    handler = type("Handler", (_Stored,), {"store": {}, "sloppy": request.param})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield FhirServer(f"http://127.0.0.1:{server.server_port}"), request.param
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_live_check_itself_tells_a_good_server_from_a_sloppy_one(local: tuple[FhirServer, bool]) -> None:
    server, is_sloppy = local
    bundle = (GOLDEN / "ct-everything" / "expected.json").read_bytes()
    if is_sloppy:
        with pytest.raises(AssertionError):
            assert_twice_is_once(server, bundle)
    else:
        assert_twice_is_once(server, bundle)
