"""What may change in a published schema, and what would break somebody who reads it.

A field may be added. A field that goes, is no longer guaranteed, changes its type or format, or
takes more values than before needs a new major version of the type.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lianfang_contracts.schemas import Schema, alternatives, resolved


@dataclass(frozen=True, slots=True)
class Break:
    """One change that a reader could not bear; `field` is empty for the type as a whole."""

    type: str
    field: str
    change: str

    def told(self, readers: Sequence[str]) -> str:
        """Return the sentence that a red build shows."""
        what = f"{self.type}: {self.field or 'the type'} {self.change}"
        if readers:
            return f"{what}; this breaks {', '.join(readers)}"
        return f"{what}; nobody here reads it, but it was promised"


def breaks(kind: str, before: Schema, now: Schema | None) -> list[Break]:
    """Compare a type's committed schema with the one that the source now makes.

    Args:
        kind: the event type.
        before: the committed schema.
        now: the new schema; None where the type is published no more.
    """
    if now is None:
        return [Break(kind, "", "is published no more")]
    found = [Break(kind, field, change) for field, change in _object(before, before, now, now, "")]
    for promise in ("x-topic", "x-key"):
        if before.get(promise) != now.get(promise):
            found.append(Break(kind, "", f"has another {promise.removeprefix('x-')}"))
    return found


def readers_of(change: Break, consumed: Mapping[str, Mapping[str, Schema]]) -> list[str]:
    """Return the services that read the field of a break, or the type where it names none.

    Args:
        change: what would change.
        consumed: each service's readers' schemas, by event type.
    """
    return sorted(
        service
        for service, types in consumed.items()
        if change.type in types and _names(types[change.type], change.field)
    )


def _names(schema: Schema, field: str) -> bool:
    at = schema
    for step in field.split(".") if field else ():
        arms = alternatives(at, schema)
        if step == "*":
            items = [arm["items"] for arm in arms if "items" in arm]
            at = items[0] if items else {}
            continue
        named = [arm["properties"][step] for arm in arms if step in arm.get("properties", {})]
        if not named:
            return False
        at = named[0]
    return True


def _object(
    before: Schema, old_root: Schema, now: Schema, new_root: Schema, path: str
) -> Iterator[tuple[str, str]]:
    guaranteed = set(now.get("required", ()))
    for name, old in before.get("properties", {}).items():
        field = f"{path}{name}"
        new = now.get("properties", {}).get(name)
        if new is None:
            yield field, "was removed"
            continue
        if name in before.get("required", ()) and name not in guaranteed:
            yield field, "is no longer guaranteed"
        yield from _value(old, old_root, new, new_root, field)


def _value(
    old: Schema, old_root: Schema, new: Schema, new_root: Schema, field: str
) -> Iterator[tuple[str, str]]:
    known = {_look(arm): arm for arm in alternatives(old, old_root)}
    for arm in alternatives(new, new_root):
        look = _look(arm)
        if look not in known:
            yield field, f"changed its type or format to {' '.join(filter(None, look))}"
            continue
        match = known[look]
        if _grown(match, arm):
            yield field, "takes more values than before"
        if look[0] == "object":
            yield from _object(match, old_root, arm, new_root, f"{field}.")
        elif look[0] == "array":
            items = resolved(match.get("items", {}), old_root)
            yield from _value(items, old_root, arm.get("items", {}), new_root, f"{field}.*")


def _look(schema: Schema) -> tuple[str, str]:
    kind = schema.get("type")
    if kind is None and "const" in schema:
        kind = "string" if isinstance(schema["const"], str) else "number"
    return str(kind or "any"), str(schema.get("format", ""))


def _grown(old: Schema, new: Schema) -> bool:
    allowed = values_of(old)
    wanted = values_of(new)
    return allowed is not None and (wanted is None or bool(wanted - allowed))


def values_of(schema: Schema) -> set[object] | None:
    """Return the values that a schema lists, or None where any of its type will do."""
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None
