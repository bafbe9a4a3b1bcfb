"""Says what is wrong with the contracts: drift from the source, and changes that break readers."""

from collections.abc import Mapping

from lianfang_contracts.compatibility import breaks, readers_of
from lianfang_contracts.files import Files, consumed_schemas, partitions, published_schemas


def drift(made: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Return a sentence for each file that is not as the source makes it."""
    complaints = []
    for path in sorted({*made, *found}):
        if path not in found:
            complaints.append(f"{path} is missing")
        elif path not in made:
            complaints.append(f"{path} belongs to nothing that the source declares")
        elif made[path] != found[path]:
            complaints.append(f"{path} is not as the source makes it")
    return complaints


def incompatible(made: Files, before: Files, readers: Files) -> list[str]:
    """Return a sentence for each change of a published schema that its readers could not bear.

    Args:
        made: contract files as the source makes them.
        before: contract files of the revision that readers rely on.
        readers: contract files that say who reads what; those of `before` count too, since a
            reader that is still running was built from them.
    """
    now = published_schemas(made)
    moved = _repartitioned(before, made)
    consumed = {**consumed_schemas(before)}
    for service, types in consumed_schemas(readers).items():
        consumed[service] = {**consumed.get(service, {}), **types}
    return moved + [
        change.told(readers_of(change, consumed))
        for kind, schema in sorted(published_schemas(before).items())
        for change in breaks(kind, schema, now.get(kind))
    ]


def _repartitioned(before: Files, made: Files) -> list[str]:
    # Another number sends a key elsewhere: its later events would overtake the earlier ones.
    now = partitions(made)
    return [
        f"{topic}: {now[topic]} partitions where there were {count};"
        " this breaks the order of every reader"
        for topic, count in sorted(partitions(before).items())
        if now.get(topic, count) != count
    ]
