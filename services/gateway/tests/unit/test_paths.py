"""Which paths go through to a service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.paths import is_for_operators, service_of

REFUSED = [
    "/api/v1/rentals/../population/persons",
    "/api/v1/rentals/%2e%2e/population/persons",
    "/api/v1/rentals/premises/..%2f..%2fpopulation",
    "/api/v1/rentals//premises",
    "//api/v1/rentals/premises",
    "/api/v1/rentals/premises%2f1",
    "/api/v1/rentals/premises%5c1",
    "/api/v1/rentals/premises\\1",
    "/api/v1/rentals/premises%00",
    "/api/v1/rentals/premises%0d%0aX-User:1",
    "/api/v1/rentals/premises\r\nX-User: 1",
    "/api/v1/rentals/premises\n",
    "/api/v1/rentals/./premises",
    "/api/v1/rentals/premises;a=1",
    "/api/v1/rentals/premises/",
    "/api/v1/rentals@evil.example/premises",
    "/api/v1/rentals/@evil.example",
    "/api/v1/rentals/.env",
    "/api/v1/rentals",
    "/api/v1/gateway/me",
    "/api/v1/rentalsx/premises",
    "/api/v2/rentals/premises",
    "/API/v1/rentals/premises",
]


@pytest.mark.parametrize("path", REFUSED)
def test_a_path_that_could_be_read_in_two_ways_is_refused(path: str):
    assert service_of(path.encode(), b"") is None


@pytest.mark.parametrize(
    "path",
    [
        "premises",
        "premises/0192aaaa-0000-7000-8000-00000000000a",
        "tenancies/0192aaaa-0000-7000-8000-00000000000a/endings",
    ],
)
def test_words_and_ids_go_through(path: str):
    assert service_of(f"/api/v1/rentals/{path}".encode(), b"limit=2&cursor=a%2Bb") == "rentals"


@pytest.mark.parametrize("query", ["a=\x00", "a=1\r\nX: 1", "a= b", "a=é", "x" * 4_097])
def test_a_query_with_other_signs_than_a_url_has_is_refused(query: str):
    assert service_of(b"/api/v1/rentals/premises", query.encode()) is None


@given(st.binary(max_size=60))
def test_whatever_goes_through_stays_inside_of_its_service(tail: bytes):
    path = b"/api/v1/rentals/" + tail
    if service_of(path, b"") is not None:
        assert path.startswith(b"/api/v1/rentals/")
        assert not set(tail) & set(b"%\\;?#@ \r\n\t\0")
        assert all(part and not part.startswith(b".") for part in tail.split(b"/"))


@pytest.mark.parametrize(
    ("path", "operating"),
    [
        ("operations/state", True),
        ("operations", True),
        ("operationsx/state", False),
        ("persons/operations", False),
    ],
)
def test_what_operators_may_ask_begins_with_operations(path: str, operating: bool):
    assert is_for_operators(f"/api/v1/population/{path}".encode()) is operating
