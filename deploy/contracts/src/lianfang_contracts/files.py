"""The contract files of all services, made in memory; writing and comparing come after."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # has no types of its own

from lianfang_contracts import asyncapi, broker, openapi
from lianfang_contracts.declared import SERVICES, Declared, declared
from lianfang_contracts.examples import VARIANTS, example
from lianfang_contracts.schemas import Schema, reader_schema, writer_schema

Files = dict[str, str]
"""Text by path from the repository's root."""


def folder(service: str) -> str:
    """Return where a service's contracts lie."""
    return f"services/{service}/contracts"


def make(services: Sequence[str] = SERVICES) -> Files:
    """Return every contract file of the services, as the source makes it.

    Args:
        services: whose files; the others are still asked for their topics.
    """
    everyone = {name: declared(name) for name in SERVICES}
    topics = {topic.name: topic for each in everyone.values() for topic in each.topics}
    summaries = {
        event.TYPE: cleandoc(event.__doc__ or event.TYPE)
        for each in everyone.values()
        for event in each.events
    }
    files: Files = {}
    for name in services:
        below, found = folder(name), everyone[name]
        files |= _events(below, found)
        files[f"{below}/topics.json"] = as_json(broker.topics_file(found, topics))
        files[f"{below}/rights.json"] = as_json(broker.rights_file(found))
        files[f"{below}/asyncapi.yaml"] = as_yaml(asyncapi.document(found, topics, summaries))
        files[f"{below}/openapi.json"] = as_json(openapi.document(name))
    return files


def _events(below: str, found: Declared) -> Files:
    files: Files = {}
    for event in found.events:
        home = f"{below}/publishes/{event.TYPE}"
        files[f"{home}/schema.json"] = as_json(writer_schema(event))
        for variant in VARIANTS:
            files[f"{home}/examples/{variant}.json"] = as_json(example(event, variant))
    for each in found.subscriptions:
        files[f"{below}/consumes/{each.type}.json"] = as_json(
            {
                "type": each.type,
                "group": f"{found.name}.{each.group}",
                "restricted": each.restricted,
                "counted": each.counted and not each.restricted,
                "schema": reader_schema(each.model),
            }
        )
    return files


def as_json(content: Any) -> str:
    """Return JSON as it is committed: readable, and the same at every run."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_yaml(content: Any) -> str:
    """Return YAML as it is committed."""
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    return text


def on_disk(root: Path, services: Sequence[str] = SERVICES) -> Files:
    """Return the contract files that lie in the checkout."""
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for name in services
        for path in sorted((root / folder(name)).rglob("*"))
        if path.is_file()
    }


def committed(root: Path, revision: str, services: Sequence[str] = SERVICES) -> Files:
    """Return the contract files of a revision; none where there is no such revision."""
    listed = _git(
        root, "ls-tree", "-r", "--name-only", "-z", revision, "--", *map(folder, services)
    )
    names = [name for name in (listed or "").split("\0") if name]
    return {name: _git(root, "show", f"{revision}:{name}") or "" for name in names}


def published_schemas(files: Mapping[str, str]) -> dict[str, Schema]:
    """Return the writers' schemas among contract files, by event type."""
    return {
        path.split("/")[-2]: json.loads(text)
        for path, text in files.items()
        if path.endswith("/schema.json")
    }


def consumed_schemas(files: Mapping[str, str]) -> dict[str, dict[str, Schema]]:
    """Return the readers' schemas among contract files, by service and event type."""
    found: dict[str, dict[str, Schema]] = {}
    for path, text in files.items():
        parts = path.split("/")
        if parts[-2] == "consumes":
            found.setdefault(parts[1], {})[parts[-1].removesuffix(".json")] = json.loads(text)[
                "schema"
            ]
    return found


def partitions(files: Mapping[str, str]) -> dict[str, int]:
    """Return the number of partitions of each topic among contract files."""
    return {
        topic["name"]: topic["partitions"]
        for path, text in files.items()
        if path.endswith("/topics.json")
        for topic in json.loads(text)["topics"]
    }


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
