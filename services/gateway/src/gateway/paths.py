"""Which paths are passed on: plain segments of known services, nothing that reads in two ways.

Identifiers, words and digits are all that the services' paths are made of. An encoded character
in a path has no use but to be decoded by somebody else in another way, so none is passed on.
"""

import re

from gateway.roles import SERVICES

_PATH = re.compile(
    rb"/api/v1/(" + "|".join(SERVICES).encode() + rb")((?:/[A-Za-z0-9][A-Za-z0-9_~-]*)+)"
)
RESTRICTED_ROUTES = tuple(
    f"/api/v1/population/{part}"
    for part in ("supervision-entries", "residence-change-cases", "break-glass")
)
"""Population shows operators no request there, and a count of those that pass here would."""
_QUERY = re.compile(rb"[\x21-\x7e]{0,4096}")


def service_of(raw_path: bytes, query: bytes) -> str | None:
    """Return the service that a request is for, or None where it is refused.

    Args:
        raw_path: the path as it came, still percent-encoded.
        query: the query as it came.
    """
    found = _PATH.fullmatch(raw_path)
    if found is None or not _QUERY.fullmatch(query):
        return None
    return found[1].decode()


def is_for_operators(raw_path: bytes) -> bool:
    """Say whether a path that is passed on is about the operation of its service."""
    return raw_path.split(b"/")[4] == b"operations"
