"""What a notice told and what it kept back, and a seal over what was sent.

Fields sent and withheld follow from the rule's version alone, whatever the event held: a manifest
that differed from case to case would itself tell something.
"""

from dataclasses import dataclass

import orjson

from notifications.domain.notice import Notice
from notifications.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Manifest:
    """The redaction of one rule version for one role."""

    event_type: str
    role: str
    rule_id: str
    rule_version: int
    template_id: str
    template_version: int
    sent: tuple[str, ...]
    withheld: tuple[str, ...]


def manifest_of(rule: Rule, role: str) -> Manifest:
    """Return the manifest of every notice that a rule sends to a role."""
    assert rule.template
    return Manifest(
        event_type=rule.told_type,
        role=role,
        rule_id=rule.id,
        rule_version=rule.version,
        template_id=rule.template[0],
        template_version=rule.template[1],
        sent=tuple(sorted(rule.fields)),
        withheld=rule.withheld,
    )


def sealed_text(notice: Notice, manifest: Manifest) -> str:
    """Return the text whose keyed hash is kept with a notice: its manifest and all its words."""
    # The very bytes that json.dumps with the closest separators gives, by which older seals were
    # made; a test compares the two.
    stated = orjson.dumps(
        [
            manifest.event_type,
            manifest.role,
            manifest.rule_id,
            manifest.rule_version,
            manifest.template_id,
            manifest.template_version,
            manifest.sent,
            manifest.withheld,
            str(notice.desk.office_id),
            notice.subject_kind,
            str(notice.subject_id),
            notice.grid,
            notice.title.zh,
            notice.title.en,
            notice.body.zh,
            notice.body.en,
        ]
    )
    return "manifest:" + stated.decode()
