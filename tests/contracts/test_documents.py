"""AsyncAPI and OpenAPI files hold together, and say of HTTP what every service promises."""

from typing import Any

import pytest
import yaml
from contract_files import SERVICES, consumed, folder, load, published, topics

CHANGES_NOTHING = ("/identity-resolutions", "/searches", "/disclosures", "/dev-issuer/", "/auth/")
"""Paths of POSTs that only read or log in: their body stays out of the URL, nothing is repeated."""


def asyncapi(service: str) -> Any:
    return yaml.safe_load((folder(service) / "asyncapi.yaml").read_text())


def references(part: Any):
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def resolve(service: str, document: Any, reference: str) -> Any:
    """Follow a reference inside of a document or into a file beside it."""
    file, _, pointer = reference.partition("#")
    target = load(service, file) if file else document
    for step in pointer.strip("/").split("/") if pointer else ():
        target = target[step]
    return target


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_of_asyncapi_leads_somewhere(service):
    document = asyncapi(service)
    assert document["asyncapi"] == "3.0.0"
    for reference in references(document):
        assert resolve(service, document, reference) is not None


@pytest.mark.parametrize("service", SERVICES)
def test_asyncapi_tells_what_is_sent_and_received_and_how_topics_are_laid_out(service):
    document = asyncapi(service)
    told: dict[str, set[str]] = {"send": set(), "receive": set()}
    for operation in document["operations"].values():
        channel = resolve(service, document, operation["channel"]["$ref"])
        for message in operation["messages"]:
            name = message["$ref"].rsplit("/", 1)[1]
            assert name in channel["messages"]
            told[operation["action"]].add(name)
    assert told["send"] == {k for k, event in published().items() if event.service == service}
    assert told["receive"] == {each.type for each in consumed() if each.service == service}
    for name, channel in document["channels"].items():
        topic, binding = topics()[name][1], channel["bindings"]["kafka"]
        assert channel["address"] == binding["topic"] == name
        assert binding["partitions"] == topic["partitions"]
        days = binding["topicConfiguration"]["retention.ms"] / 86_400_000
        assert days == topic["retention_days"]


def operations(service: str):
    for path, methods in load(service, "openapi.json")["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.parametrize("service", SERVICES)
def test_every_address_stands_under_the_service(service):
    document = load(service, "openapi.json")
    assert document["openapi"].startswith("3.1")
    allowed = (f"/api/v1/{service}/",)
    if service == "gateway":
        allowed += ("/auth/", "/dev-issuer/")
    assert document["paths"]
    assert all(path.startswith(allowed) for path in document["paths"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_post_that_changes_something_takes_an_idempotency_key(service):
    for path, method, operation in operations(service):
        named = {each["name"].lower() for each in operation.get("parameters", ())}
        if method == "post" and not any(each in f"{path}/" for each in CHANGES_NOTHING):
            assert "idempotency-key" in named, path
        assert method in {"get", "post"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_document_number_name_or_phone_stands_in_an_address(service):
    for path, _, operation in operations(service):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] in {"path", "query"}:
                words = set(parameter["name"].lower().split("_"))
                assert not words & {"document", "number", "phone", "name", "pinyin"}, path


def for_operators(service: str) -> Any:
    """Return what a service promises operators, without its own name."""
    document = load(service, "openapi.json")
    below = f"/api/v1/{service}/operations"
    schemas = document["components"]["schemas"]
    told = {
        path.removeprefix(below): {
            method: (operation.get("requestBody"), operation["responses"].get("200"))
            for method, operation in methods.items()
        }
        for path, methods in document["paths"].items()
        if path.startswith(below)
    }
    return told, {name: schemas[name] for name in ("State", "LettersPage", "ReasonBody")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_promises_operators_the_same(service):
    told, schemas = for_operators("gateway")
    assert {"/state", "/dead-letters"} <= set(told)
    assert for_operators(service) == (told, schemas)
