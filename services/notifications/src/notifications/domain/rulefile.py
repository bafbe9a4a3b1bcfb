"""Reading a rule file (TOML), and refusing one that could tell a desk more than it may know."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from lianfang_common.events import topic_of
from notifications.domain.desk import KIND_OF_ROLE
from notifications.domain.rule import (
    DERIVED_FIELDS,
    EventKind,
    Phrase,
    Rule,
    Rulebook,
    Settlement,
    Template,
    Vocabulary,
)

COMMITTEE_FIELDS = frozenset({"community", "day", "day_part", "classification", "method", "tip"})
"""All that a committee may ever read of what happened in its area."""
RESTRICTED_FIELDS = frozenset(
    {
        "entry_id",
        "case_id",
        "responsible_office",
        "justice_office",
        "receiving_office",
        "previous_office",
        "assisting_committee",
        "review_due_on",
        "review_due_at",
        "accept_due_at",
    }
)
"""All that a restricted notice may carry: a case or entry, offices, due times."""
DIGEST_FIELDS = frozenset({"count", "first_day", "last_day"})
"""All that a digest says: how many, from which day to which."""
HELP_ITEM_TYPES = frozenset({"help-item.new", "help-item.changed", "help-item.ended"})
"""All that a committee hears of an item of its help team: more would tell of the person."""
NEVER_SENT = frozenset({"tenants", "person_id", "receipt_id", "narrative", "name", "phone"})
PLACE = re.compile(r"\{(\w+)\}")


class RulesUnusable(Exception):
    """A rule file is malformed, or a rule in it would tell too much; the text says which."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vocabulary: Vocabulary
    event: list[EventKind]
    template: list[Template]
    rule: list[Rule]
    settlement: list[Settlement] = []


RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
TEMPLATE: TypeAdapter[Template] = TypeAdapter(Template)


def read_rules(text: str) -> Rulebook:
    """Return the rulebook that a rule file states.

    Raises:
        RulesUnusable: the file does not have the form, or a rule breaks a limit.
    """
    try:
        file = _File.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as failure:
        raise RulesUnusable(str(failure)) from failure
    book = Rulebook(
        rules=tuple(file.rule),
        templates={template.key: template for template in file.template},
        events={event.type: event for event in file.event},
        vocabulary=file.vocabulary,
        settlements=tuple(file.settlement),
    )
    faults = [fault for each in book.settlements for fault in settlement_faults(each, book)]
    faults += [fault for rule in book.rules for fault in faults_of(rule, book)]
    if len({rule.key for rule in book.rules}) < len(book.rules):
        faults.append("a version of a rule is defined twice")
    if faults:
        raise RulesUnusable("; ".join(faults))
    rules = tuple(replace(rule, withheld=_withheld(rule, book.events)) for rule in book.rules)
    return replace(book, rules=rules)


def _withheld(rule: Rule, events: Mapping[str, EventKind]) -> tuple[str, ...]:
    """Return the event's fields that a rule does not send.

    Under a neutral type those of every event of the topic, since one event's would name it.
    """
    if rule.mode == "none":
        return ()
    topic = topic_of(rule.event)
    meant = [e for e in events.values() if rule.told_as and topic_of(e.type) == topic]
    held = {field for each in meant or [events[rule.event]] for field in each.fields}
    return tuple(sorted(held - set(rule.fields)))


def faults_of(rule: Rule, book: Rulebook) -> list[str]:
    """Return what is wrong with a rule, in words; nothing when it may be used."""
    if rule.event not in book.events:
        return [f"{rule.id}: no such event {rule.event}"]
    if rule.mode == "none":
        return [] if rule.reason.zh and rule.reason.en else [f"{rule.id}: says no reason"]
    faults = [*_lacks(rule, book)]
    if rule.withheld:
        faults.append("says itself what is withheld")
    if not faults:
        faults += [*_says_too_much(rule, book), *_chain_faults(rule)]
    return [f"{rule.id}: {fault}" for fault in faults]


def settlement_faults(settlement: Settlement, book: Rulebook) -> list[str]:
    """Return what is wrong with a settlement, in words; nothing when it may be used."""
    event = book.events.get(settlement.event)
    if event is None or settlement.subject.field not in event.fields:
        return [f"settlement by {settlement.event}: no such event, or no subject in it"]
    known = {rule.id: rule for rule in book.current()}
    faults = []
    for rule_id in settlement.rules:
        rule = known.get(rule_id)
        if rule is None or rule.subject is None or rule.subject.kind != settlement.subject.kind:
            faults.append(f"{rule_id}: is settled by {settlement.event} and has no such subject")
        elif book.events[rule.event].restricted != event.restricted:
            faults.append(f"{rule_id}: would tell of {settlement.event}, which is restricted")
    return faults


def _lacks(rule: Rule, book: Rulebook) -> list[str]:
    faults = []
    if rule.target is None or rule.role is None or rule.subject is None:
        faults.append("needs a target, a role and a subject")
    elif rule.target.kind == "office_in_event":
        if rule.target.field not in book.events[rule.event].fields:
            faults.append("names an office in a field that the event does not have")
    elif "grid" not in book.events[rule.event].fields:
        faults.append("is routed by place, but the event has none")
    if rule.template not in book.templates:
        faults.append("has no template")
    return faults


def _says_too_much(rule: Rule, book: Rulebook) -> list[str]:
    assert rule.subject and rule.template
    event, template = book.events[rule.event], book.templates[rule.template]
    fields = set(rule.fields)
    faults = []
    if rule.mode == "digest":
        unknown = fields - DIGEST_FIELDS
    else:
        unknown = fields - {*event.fields, *DERIVED_FIELDS}
    if unknown:
        faults.append(f"sends what the event does not have: {sorted(unknown)}")
    if fields & NEVER_SENT:
        faults.append("sends who somebody is")
    if event.restricted and not fields <= RESTRICTED_FIELDS:
        faults.append("a restricted notice carries a case, offices and due times alone")
    if rule.role == "committee" and rule.mode == "single" and not event.restricted:
        if not fields <= COMMITTEE_FIELDS or rule.subject.field:
            faults.append("a committee reads community, class, day, part of day, method and tip")
        listed = rule.condition.classification_in and rule.condition.against_person is False
        if "classification" in event.fields and not listed:
            faults.append("a committee gets single notices for an allow-list of classes alone")
    helping = rule.role == "committee" and event.restricted
    if helping and (rule.told_as not in HELP_ITEM_TYPES or event.type.split(".")[1] in rule.id):
        faults.append("a committee hears of an item of its help team under a neutral type and name")
    if rule.told_as and not helping:
        faults.append("only a committee hears of a restricted event under another type")
    places = set(PLACE.findall(" ".join(_texts(template))))
    if places - fields:
        faults.append(f"the template names fields that are not sent: {sorted(places - fields)}")
    if idle := fields - places - {rule.subject.field, "grid"}:
        faults.append(f"allows fields that nothing shows: {sorted(idle)}")
    if rule.subject.field and rule.subject.field not in fields:
        faults.append("the subject's id is not among the fields sent")
    return faults


def _chain_faults(rule: Rule) -> list[str]:
    faults = []
    if rule.chain and rule.chain[0] != rule.role:
        faults.append("the chain begins with the rule's own role")
    if len(set(rule.chain)) < len(rule.chain):
        faults.append("the chain names a role twice")
    if bool(rule.acknowledge_within) != bool(rule.chain):
        faults.append("a chain and a time to acknowledge belong together")
    police = {"room", "station", "bureau"}
    if any(KIND_OF_ROLE[role] not in police for role in rule.chain):
        faults.append("only police desks escalate")
    return faults


def _texts(template: Template) -> list[str]:
    phrases: list[Phrase] = [template.title, *template.lines]
    return [text for phrase in phrases for text in (phrase.zh, phrase.en)]
