"""Which fields of the API take any text, as the contracts say; and the text that tries them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKUP = "<img src=x onerror=harm=[]>"
"""Short enough for every field, and without a digit, which some fields refuse for another reason.

A browser that takes it for a page makes an element of it, and sets `harm` unless it is held back.
"""
_JSON = "application/json"


def fields_that_take_text(contracts: Path) -> Iterator[tuple[str, str]]:
    """Yield route and field of each request body whose schema lets markup through.

    Args:
        contracts: the folder of a service's contracts.

    Yields:
        such as `("POST /api/v1/rentals/premises", "let_by.organisation.name")`; `[]` stands for
        each place of a list.
    """
    document = json.loads((contracts / "openapi.json").read_text())
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            assert set(content) <= {_JSON}, f"{path} takes a body that this does not read"
            for body in content.values():
                for field in _fields(body["schema"], document):
                    yield f"{method.upper()} {path}", field


def _fields(schema: dict[str, Any], document: dict[str, Any], name: str = "") -> Iterator[str]:
    if reference := schema.get("$ref"):
        named = document["components"]["schemas"][reference.rpartition("/")[2]]
        yield from _fields(named, document, name)
    for kind in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(kind, ()):
            yield from _fields(each, document, name)
    for part, inner in schema.get("properties", {}).items():
        yield from _fields(inner, document, f"{name}.{part}" if name else part)
    if "items" in schema:
        yield from _fields(schema["items"], document, f"{name}[]")
    if schema.get("type") == "string" and _takes_markup(schema):
        yield name


def _takes_markup(schema: dict[str, Any]) -> bool:
    closed = {"enum", "const", "format"} & set(schema)
    return not closed and re.search(schema.get("pattern", ""), MARKUP) is not None
