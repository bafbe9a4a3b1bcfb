"""Rules and templates as rows, and the file in the package that they begin with."""

import json
from functools import cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncConnection

from lianfang_common.database import driver_of
from notifications.domain.rule import Rulebook
from notifications.domain.rulefile import RULE, TEMPLATE, read_rules

_INSERT_RULES = """
insert into rules (rule_id, version, event_type, mode, role, definition)
select definition ->> 'id', (definition ->> 'version')::int, definition ->> 'event',
    definition ->> 'mode', definition ->> 'role', definition
from jsonb_array_elements($1::text::jsonb) as definition
on conflict do nothing returning rule_id"""

_INSERT_TEMPLATES = """
insert into templates (template_id, version, definition)
select definition ->> 'id', (definition ->> 'version')::int, definition
from jsonb_array_elements($1::text::jsonb) as definition
on conflict do nothing returning template_id"""

_CHANGED = "update knowledge set version = version + 1 where name = 'rules'"


@cache
def packaged_rules() -> Rulebook:
    """Return the rulebook of the package: the files of `rules/`, read in the order of their names.

    Raises:
        RulesUnusable: a file is malformed, or a rule would tell too much.
    """
    folder = files("notifications") / "rules"
    parts = sorted(folder.iterdir(), key=lambda part: part.name)
    texts = [part.read_text("utf-8") for part in parts if part.name.endswith(".toml")]
    return read_rules("\n".join(texts))


def rows_of(book: Rulebook) -> tuple[str, str]:
    """Return rules and templates as two JSON arrays."""
    rules = [RULE.dump_python(rule, mode="json") for rule in book.rules]
    templates = [TEMPLATE.dump_python(each, mode="json") for each in book.templates.values()]
    return json.dumps(rules, ensure_ascii=False), json.dumps(templates, ensure_ascii=False)


class Rules:
    """Reads and adds rule versions; there is no way to change or remove one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, book: Rulebook) -> int:
        """Add the versions that are not there yet; return how many rules were new."""
        driver = await driver_of(self._connection)
        rules, templates = rows_of(book)
        new_templates = await driver.fetch(_INSERT_TEMPLATES, templates)
        new_rules = await driver.fetch(_INSERT_RULES, rules)
        if new_rules or new_templates:
            await driver.execute(_CHANGED)
        return len(new_rules)

    async def all(self) -> Rulebook:
        """Return all versions of all rules, with the package's events and vocabulary."""
        driver = await driver_of(self._connection)
        packaged = packaged_rules()
        rules = await driver.fetch("select definition::text from rules order by rule_id, version")
        templates = await driver.fetch("select definition::text from templates")
        made = [TEMPLATE.validate_json(row[0]) for row in templates]
        return Rulebook(
            rules=tuple(RULE.validate_json(row[0]) for row in rules),
            templates={template.key: template for template in made},
            events=packaged.events,
            vocabulary=packaged.vocabulary,
            settlements=packaged.settlements,
        )
