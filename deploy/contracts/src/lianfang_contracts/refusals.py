"""What an OpenAPI document says of each operation beside its own answer: how it may refuse."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict

_SCHEMAS = "#/components/schemas/"


class FieldProblem(BaseModel):
    """One thing wrong: where, which rule, and the rule in words. Never the value."""

    model_config = ConfigDict(extra="forbid")

    field: str
    code: str
    message: str


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    type: str
    title: str
    status: int
    errors: list[FieldProblem]
    trace_id: str | None
    facts: dict[str, str | int] = {}
    """Facts of the rule that was broken, where it has any; never what the caller sent."""


def add_refusals(document: dict[str, Any]) -> None:
    """Let a document name every status with which each of its operations may refuse."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template=_SCHEMAS + "{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    content = {"application/problem+json": {"schema": {"$ref": _SCHEMAS + "Problem"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"] |= {
                str(status): {"description": HTTPStatus(status).phrase, "content": content}
                for status in sorted(_refusals(operation))
            }


def _refusals(operation: dict[str, Any]) -> set[int]:
    parameters = operation.get("parameters", [])
    found = {503}
    if parameters:
        found.add(422)
    if "security" in operation:
        found |= {401, 403}
    if "requestBody" in operation:
        found |= {400, 404, 408, 409, 413, 415, 422}
    if any(each["in"] == "path" for each in parameters):
        found.add(404)
    if any(each["name"] == "purpose" for each in parameters):
        found |= {400, 409}
    if any(each["name"] == "if-match" for each in parameters):
        found |= {409, 412, 428, 429}
    return found
