"""Whether a change comes from our own pages, or from a program that knows what it sends.

A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`), and no foreign page can
add an `Idempotency-Key` without asking first, which the gateway never allows.
"""

SAFE_METHODS = frozenset({"GET", "HEAD"})
CHANGING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def is_foreign(headers: dict[bytes, bytes], own_origin: str) -> bool:
    """Say whether a browser sent the request from another site.

    Args:
        headers: names in lower case.
        own_origin: the gateway's public origin.
    """
    if headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
        return True
    origin = headers.get(b"origin")
    return origin is not None and origin != own_origin.encode()
