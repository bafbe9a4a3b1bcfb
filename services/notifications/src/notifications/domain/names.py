"""What events and their fields are called in a sentence: nobody can read a code."""

from types import MappingProxyType

from notifications.domain.rule import Phrase

EVENTS: MappingProxyType[str, Phrase] = MappingProxyType(
    {
        "rentals.tenancy.registered.v1": Phrase("租住登记", "a tenancy is registered"),
        "rentals.tenancy.extended.v1": Phrase("租住续期", "a tenancy is extended"),
        "rentals.tenancy.ended.v1": Phrase("租住结束", "a tenancy ends"),
        "rentals.premises.filed.v1": Phrase("登记出租房屋", "premises are filed"),
        "rentals.premises.stated.v1": Phrase("重述出租房屋", "premises are stated again"),
        "rentals.landlord.recorded.v1": Phrase("登记出租人", "a landlord is recorded"),
        "rentals.landlord.accounts-recorded.v1": Phrase(
            "登记出租人账号", "the accounts of a landlord are recorded"
        ),
        "rentals.landlord.accounts-stated.v1": Phrase(
            "重述出租人账号", "the accounts of a landlord are stated again"
        ),
        "incidents.incident.opened.v1": Phrase("新警情", "an incident is opened"),
        "incidents.incident.report-linked.v1": Phrase(
            "报告并入警情", "a report is linked to an incident"
        ),
        "incidents.incident.report-unlinked.v1": Phrase(
            "报告撤销并案", "a report is unlinked from an incident"
        ),
        "incidents.incident.arrived.v1": Phrase("民警到场", "the officer is on the scene"),
        "incidents.incident.arrival-missed.v1": Phrase(
            "到场超时", "nobody is on the scene of an incident in time"
        ),
        "incidents.incident.closed.v1": Phrase("警情办结", "an incident is closed"),
        "population.supervision.listed.v1": Phrase(
            "新增监督帮扶登记", "a supervision entry is made"
        ),
        "population.supervision.reviewed.v1": Phrase(
            "监督帮扶登记已复核", "a supervision entry is reviewed"
        ),
        "population.supervision.review-overdue.v1": Phrase(
            "监督帮扶登记逾期未复核", "the review of a supervision entry is overdue"
        ),
        "population.supervision.delisted.v1": Phrase(
            "监督帮扶登记到期撤销", "a supervision entry ends"
        ),
        "population.supervision.moved.v1": Phrase(
            "监督帮扶登记移交", "a supervision entry moves to another office"
        ),
        "population.residence-change.opened.v1": Phrase(
            "居住地变更待复核", "a residence-change case is opened"
        ),
        "population.residence-change.review-overdue.v1": Phrase(
            "居住地变更逾期未复核", "the review of a residence change is overdue"
        ),
        "population.residence-change.confirmed.v1": Phrase(
            "居住地变更确认", "a residence change is confirmed"
        ),
        "population.residence-change.acceptance-overdue.v1": Phrase(
            "居住地变更逾期未接收", "the acceptance of a residence change is overdue"
        ),
        "population.residence-change.accepted.v1": Phrase(
            "居住地变更接收", "a residence change is accepted"
        ),
        "population.residence-change.refused.v1": Phrase(
            "居住地变更退回", "a residence change is refused"
        ),
        "population.residence-change.closed.v1": Phrase(
            "居住地变更办结", "a residence-change case is closed"
        ),
        "population.residence.recorded.v1": Phrase("新增居住记录", "a residence is recorded"),
        "population.residence.extended.v1": Phrase("居住记录续期", "a residence is extended"),
        "population.residence.ended.v1": Phrase("居住记录结束", "a residence ends"),
        "population.area.defined.v1": Phrase("登记区域", "an area is defined"),
        "population.area.stated.v1": Phrase("重述区域", "an area is stated again"),
        "population.area.office-defined.v1": Phrase("登记单位", "an office is defined"),
        "population.area.office-stated.v1": Phrase("重述单位", "an office is stated again"),
        "notifications.notice.raised.v1": Phrase("发出通知", "a notice is raised"),
        "notifications.notice.acknowledged.v1": Phrase("签收通知", "a notice is acknowledged"),
        "notifications.notice.escalated.v1": Phrase("通知升级", "a notice is escalated"),
        "notifications.notice.settled.v1": Phrase("通知了结", "a notice is settled"),
        "notifications.notice.went-stale.v1": Phrase("通知过期", "a notice goes stale"),
        "help-item.new": Phrase("帮扶小组有新事项", "an item of a help team is new"),
        "help-item.changed": Phrase("帮扶小组事项变更", "an item of a help team changes"),
        "help-item.ended": Phrase("帮扶小组事项结束", "an item of a help team ends"),
    }
)
OTHER_EVENT = Phrase("其他事件", "something else happens")

FIELDS: MappingProxyType[str, Phrase] = MappingProxyType(
    {
        "accept_due_at": Phrase("接收期限", "to be accepted by"),
        "against_person": Phrase("是否侵害人身", "whether against a person"),
        "arrive_by": Phrase("到场时限", "to arrive by"),
        "assisting_committee": Phrase("协助居委会", "assisting committee"),
        "case_id": Phrase("交接件编号", "number of the case"),
        "classification": Phrase("警情类别", "class of the incident"),
        "community": Phrase("社区", "community"),
        "count": Phrase("件数", "count"),
        "criminal": Phrase("是否刑事", "whether criminal"),
        "day": Phrase("日期", "day"),
        "day_part": Phrase("时段", "part of the day"),
        "entry_id": Phrase("登记编号", "number of the entry"),
        "first_day": Phrase("起始日期", "first day"),
        "grid": Phrase("网格", "grid"),
        "incident_id": Phrase("警情编号", "number of the incident"),
        "justice_office": Phrase("司法所", "justice office"),
        "last_day": Phrase("截止日期", "last day"),
        "method": Phrase("作案或发生方式", "method"),
        "opened_at": Phrase("发生时间", "time"),
        "premises_id": Phrase("房屋编号", "number of the premises"),
        "previous_office": Phrase("原责任单位", "previous office"),
        "receiving_office": Phrase("接收单位", "receiving office"),
        "registered_by": Phrase("由谁登记", "who registered it"),
        "responsible_office": Phrase("责任单位", "responsible office"),
        "review_due_at": Phrase("复核期限", "to be reviewed by"),
        "review_due_on": Phrase("复核日期", "day of the review"),
        "source": Phrase("来源", "source"),
        "tenancy_id": Phrase("租住编号", "number of the tenancy"),
        "tenants": Phrase("租住人（人数及身份）", "tenants (how many and who)"),
        "tip": Phrase("防范提示", "tip"),
    }
)
"""Fields that some rule sends or withholds; the console calls them by the same words."""
OTHER_FIELD = Phrase("其他字段", "other field")


def field_names(fields: tuple[str, ...], nothing: Phrase) -> Phrase:
    """Return fields by their names, or what is said where there is none."""
    if not fields:
        return nothing
    found = [FIELDS.get(field, OTHER_FIELD) for field in fields]
    return Phrase("、".join(f.zh for f in found), ", ".join(f.en for f in found))
