"""A rule in plain sentences, in both languages, for whoever has to answer for it."""

from datetime import timedelta

from notifications.domain.names import EVENTS, OTHER_EVENT, field_names
from notifications.domain.rule import Condition, Phrase, Rule, Rulebook

_ROLES = {
    "officer": Phrase("社区民警", "the officers' desk"),
    "room_head": Phrase("警务室负责人", "the room head"),
    "station_head": Phrase("派出所所长", "the station head"),
    "bureau": Phrase("分局", "the bureau"),
    "committee": Phrase("居委会", "the committee"),
    "justice": Phrase("司法所", "the justice office"),
}
_TARGETS = {
    "room_of_grid": Phrase("事发网格所属警务室", "of the room that the grid belongs to"),
    "station_of_grid": Phrase("事发网格所属派出所", "of the station that the grid belongs to"),
    "committee_of_grid": Phrase("事发网格所属居委会", "of the community that the grid lies in"),
}
_NAMED = {
    "responsible_office": Phrase("责任单位", "of the responsible office"),
    "receiving_office": Phrase("接收单位", "of the receiving office"),
    "previous_office": Phrase("原责任单位", "of the office that was responsible before"),
    "justice_office": Phrase("事件指定的司法所", "that the event names"),
    "assisting_committee": Phrase("文书指定协助的居委会", "that the document names as helping"),
}

_NOTHING = Phrase("无", "nothing")


def explain(rule: Rule, book: Rulebook) -> Phrase:
    """Return when a rule applies, whom it tells, what it sends and what follows."""
    event = EVENTS.get(rule.told_type, OTHER_EVENT)
    if rule.mode == "none":
        return Phrase(
            f"{event.zh}：不通知任何岗位。原因：{rule.reason.zh}。",
            f"When {event.en}, nobody is told: {rule.reason.en}.",
        )
    assert rule.role and rule.target
    role = _ROLES[rule.role]
    named = _NAMED.get(rule.target.field or "", Phrase("事件指定的单位", "that the event names"))
    target = _TARGETS.get(rule.target.kind, named)
    where = _condition(rule.condition, book)
    sent = field_names(rule.fields, _NOTHING)
    withheld = field_names(rule.withheld, _NOTHING)
    zh = f"{event.zh}{where.zh}，通知{target.zh}的{role.zh}"
    en = f"When {event.en}{where.en}, {role.en} {target.en} "
    if rule.mode == "digest":
        zh += "（只计入每周汇总，少于三件不列数）"
        en += "gets a count in the weekly digest, from three upwards"
    else:
        en += "gets a notice"
    zh += f"。原因：{rule.reason.zh}。发送字段：{sent.zh}；不发送：{withheld.zh}。"
    en += f". Why: {rule.reason.en}. Sent: {sent.en}; withheld: {withheld.en}."
    chain = _chain(rule)
    return Phrase(zh + chain.zh, en + chain.en)


def _condition(condition: Condition, book: Rulebook) -> Phrase:
    zh, en = [], []
    if condition.criminal is not None:
        zh.append("刑事" if condition.criminal else "非刑事")
        en.append("is criminal" if condition.criminal else "is not criminal")
    if condition.against_person is not None:
        zh.append("侵害人身" if condition.against_person else "不涉及侵害人身")
        en.append("is against a person" if condition.against_person else "is against no person")
    if condition.classification_in is not None:
        words = [book.vocabulary.labels["classification"][c] for c in condition.classification_in]
        zh.append("类别为" + "、".join(word.zh for word in words))
        en.append("is one of: " + ", ".join(word.en for word in words))
    if not zh:
        return Phrase("", "")
    return Phrase(f"（{'，'.join(zh)}）", f" and it {' and '.join(en)}")


def _chain(rule: Rule) -> Phrase:
    if not rule.acknowledge_within or not rule.chain:
        return Phrase("", "")
    within = _span(rule.acknowledge_within)
    higher = [_ROLES[role] for role in rule.chain[1:]]
    if not higher:
        return Phrase(f"须在{within.zh}内签收。", f" To be acknowledged within {within.en}.")
    return Phrase(
        f"{within.zh}内无人签收，依次通知{'、'.join(each.zh for each in higher)}。",
        f" Not acknowledged within {within.en}, it goes to "
        f"{', then '.join(each.en for each in higher)}.",
    )


def _span(span: timedelta) -> Phrase:
    minutes = int(span.total_seconds() // 60)
    for size, zh, en in ((1440, "天", "days"), (60, "小时", "hours")):
        if minutes % size == 0 and minutes > size:
            return Phrase(f"{minutes // size}{zh}", f"{minutes // size} {en}")
    return Phrase(f"{minutes}分钟", f"{minutes} minutes")
