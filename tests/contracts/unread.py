"""Published types that no service reads yet, each with the reason why it is told all the same."""

_FOR_REPORTS = "who acts knows already; the journal of the district's reports will read it"
_FOR_HOLDERS = (
    "the tenancy that it follows was announced; services that will hold residences start from it"
)

UNREAD: dict[str, str] = {
    "incidents.incident.report-linked.v1": _FOR_REPORTS,
    "incidents.incident.report-unlinked.v1": _FOR_REPORTS,
    "population.residence.recorded.v1": _FOR_HOLDERS,
    "population.residence.extended.v1": _FOR_HOLDERS,
    "population.residence.ended.v1": _FOR_HOLDERS,
}
