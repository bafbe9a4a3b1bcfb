"""schemathesis over every service's document, as each role, at the service and at the gateway.

No answer may be a failure of ours, of a status that the document does not name, or of another
shape than it says; and what the document forbids must be refused.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asking import Asking
from deployed import SERVICES, Deployed
from inprocess import principal_of
from network import ROOT

from lianfang_demo.client import Session

pytestmark = [pytest.mark.system, pytest.mark.timeout(0)]

SEED = int(os.environ.get("LIANFANG_ATTACK_SEED") or secrets.randbelow(2**32))
"""Another one for each run; it is printed, and setting it repeats the run."""
PHASES = ("examples", "coverage", "fuzzing", "stateful")
HOOKS = Path(__file__).parent / "as_each_role.py"
EXAMPLES = 5
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance", "negative_data_rejection"),
)
APART = ("/api/v1/gateway/live", "/auth/logout")
"""A stream without an end, and the end of the session that asks; they have tests of their own."""
BEHIND = tuple(name for name in SERVICES if name != "gateway")
PLACES = ("public door", *BEHIND, "gateway")  # what takes long first: they are asked two at a time
KNOWN = {
    "premises_id": ("rentals", "select premises_id from premises"),
    "tenancy_id": ("rentals", "select tenancy_id from tenancy"),
    "person_id": ("population", "select person_id from persons"),
    "entry_id": ("population", "select entry_id from supervision_entries"),
    "case_id": ("population", "select case_id from residence_change_cases"),
    "glass_id": ("population", "select glass_id from break_glass"),
    "incident_id": ("incidents", "select id from incidents"),
    "report_id": ("incidents", "select id from reports"),
    "notice_id": ("notifications", "select id from notices"),
    "rule_id": ("notifications", "select rule_id from rules"),
}


@pytest.fixture(scope="module")
async def known(deployed: Deployed) -> dict[str, list[str]]:
    """Ids of things that are there, by the name of the parameter that holds one."""
    return {
        name: [str(row[0]) for row in await deployed.network.query(service, f"{sql} limit 40")]
        for name, (service, sql) in KNOWN.items()
    }


def of_each_role(deployed: Deployed) -> dict[str, Any]:
    """Return one demo user for each role."""
    return {user.role: user for user in reversed(Asking(deployed).users)}


@dataclass(frozen=True)
class Asked:
    """What schemathesis found at one address.

    Attributes:
        title: of the document.
        failed: its exit status.
        statuses: how often each was answered.
        said: what it told, and the seed.
    """

    title: str
    failed: int
    statuses: Mapping[str, int]
    said: str


@dataclass(frozen=True)
class Fuzzer:
    """Lets schemathesis ask, in a process of its own.

    Attributes:
        folder: for its files.
        minutes: how long it goes on; 0 for a plan that ends by itself.
        known: see `known`.
    """

    folder: Path
    minutes: float
    known: dict[str, list[str]]

    def run(
        self,
        document: dict[str, Any],
        url: str,
        callers: Sequence[dict[str, str]],
        phases: Sequence[str] = PHASES,
    ) -> Asked:
        """Ask one address what a document says; return what was found."""
        self.folder.mkdir()
        told = {"seed": SEED, "callers": list(callers), "known": self.known}
        (self.folder / "openapi.json").write_text(json.dumps(document))
        (self.folder / "told.json").write_text(json.dumps(told))
        hooks = {"LIANFANG_TOLD": str(self.folder / "told.json"), "SCHEMATHESIS_HOOKS": str(HOOKS)}
        done = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run", "openapi.json"),
                *("--url", url, "--seed", str(SEED), "--max-examples", str(EXAMPLES)),
                *("--phases", ",".join(phases), "--checks", ",".join(CHECKS)),
                *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
                *("--generation-with-security-parameters", "false"),
                *("--generation-database", "none"),
                *[part for path in APART for part in ("--exclude-path", path)],
                *(("--max-time", str(int(self.minutes * 60))) if self.minutes else ()),
            ],
            cwd=self.folder,
            env={**os.environ, **hooks},
            capture_output=True,
            text=True,
            check=False,
            timeout=900 + self.minutes * 120,
        )
        statuses = json.loads((self.folder / "told.json.statuses").read_text())
        said = f"seed {SEED}\n{done.stdout[-20_000:]}{done.stderr[-2_000:]}"
        return Asked(document["info"]["title"], done.returncode, statuses, said)


def document_of(service: str) -> str:
    """Return a service's OpenAPI document."""
    return (ROOT / f"services/{service}/contracts/openapi.json").read_text()


@pytest.fixture(scope="module")
async def cookies(deployed: Deployed) -> list[dict[str, str]]:
    """The session cookie of a user of each role."""
    found = []
    for user in of_each_role(deployed).values():
        async with Session(deployed.network.url("gateway")) as session:
            await session.login(user.name, deployed.network.accounts[user.name]["password"])
            held = [f"{each.key}={each.value}" for each in session.http.cookie_jar]
        found.append({"Cookie": "; ".join(held)})
    return found


@pytest.fixture(scope="module")
def asked(
    request: pytest.FixtureRequest,
    deployed: Deployed,
    minutes: float,
    known: dict[str, list[str]],
    cookies: list[dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[Asked]]]:
    """What was found at each place that this run asks; they are asked two at a time."""
    folder = tmp_path_factory.mktemp("fuzzers")
    names = {item.name for item in request.session.items}
    test = test_a_place_answers_only_what_its_document_says.__name__

    def ask(place: str) -> Asked:
        fuzzer = Fuzzer(folder / place.replace(" ", "-"), minutes, known)
        if place in BEHIND:
            callers = of_tokens(deployed, place, timedelta(hours=1, minutes=4 * minutes))
            url = deployed.network.url(place)
            return fuzzer.run(json.loads(document_of(place)), url, callers)
        url = deployed.network.url("gateway")
        if place == "gateway":
            return fuzzer.run(json.loads(document_of(place)), url, cookies)
        # Every shape of coverage is tried at the services themselves; here it takes too long.
        phases = PHASES if minutes else tuple(each for each in PHASES if each != "coverage")
        return fuzzer.run(whole_document(), url, cookies, phases)

    with ThreadPoolExecutor(max_workers=2) as pool:
        chosen = [place for place in PLACES if f"{test}[{place}]" in names]
        yield {place: pool.submit(ask, place) for place in chosen}


def of_tokens(deployed: Deployed, service: str, lifetime: timedelta) -> list[dict[str, str]]:
    """Return the header that makes a user of each role of a caller at a service."""
    signer = Asking(deployed).signer
    return [
        {"Authorization": f"Bearer {signer.sign(principal_of(user), service, lifetime)}"}
        for user in of_each_role(deployed).values()
    ]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_answers_only_what_its_document_says(
    place: str, asked: Mapping[str, Future[Asked]]
):
    found = asked[place].result()
    print(f"{found.title}: seed {SEED}, answers {found.statuses}")
    assert found.failed == 0, found.said
    assert {"200", "403", "422"} <= set(found.statuses), found.statuses
    assert "401" not in found.statuses, "a caller was not logged in"


def whole_document() -> dict[str, Any]:
    """Return the documents of all services as the one of the public door."""
    whole: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "lianfang", "version": "1"}}
    paths = whole.setdefault("paths", {})
    parts = whole.setdefault("components", {})
    for service in SERVICES:
        text = document_of(service).replace(
            "#/components/schemas/", f"#/components/schemas/{service}."
        )
        document = json.loads(text)
        for name, schema in document["components"]["schemas"].items():
            parts.setdefault("schemas", {})[f"{service}.{name}"] = schema
        parts.setdefault("securitySchemes", {}).update(document["components"]["securitySchemes"])
        paths |= document["paths"]
    refusal = paths["/api/v1/gateway/me"]["get"]["responses"]["401"]
    for operations in paths.values():
        for operation in operations.values():
            # What the gateway itself refuses before it asks a service.
            for status in ("400", "403", "422"):
                operation["responses"].setdefault(status, refusal)
    return whole
