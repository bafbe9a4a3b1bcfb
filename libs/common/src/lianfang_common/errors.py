"""What can go wrong, in three families; what each means for HTTP stands in `problems` alone.

`RuleBroken`: the caller asked for what may not be; never retried, never pages anyone.
`Transient`: the world was not ready; tried again.
`PoisonMessage`: a message that no retry will mend; parked.
"""


class RuleBroken(Exception):
    """A request broke a rule.

    Args:
        slug: names the rule in problem types and message catalogues (`tenancies-overlap`).
        field: path of the offending field in the request body (`tenants.0.document_number`).
        params: facts for the message; never a value that the caller sent.
    """

    def __init__(self, slug: str, field: str | None = None, **params: str | int) -> None:
        super().__init__(slug)
        self.slug = slug
        self.field = field
        self.params = params


class Invalid(RuleBroken):
    """A field is readable, but its value can never be right."""


class Unexplained(RuleBroken):
    """A reading that needs a reason came without one."""


class NotFound(RuleBroken):
    """There is no such thing, or the caller may not know of it: the answer is the same."""

    def __init__(self, slug: str = "not-found", field: str | None = None) -> None:
        super().__init__(slug, field)


class Forbidden(RuleBroken):
    """The caller's role may not do this."""

    def __init__(self, slug: str = "forbidden", field: str | None = None) -> None:
        super().__init__(slug, field)


class Unauthenticated(RuleBroken):
    """Nobody trustworthy is calling."""

    def __init__(self, slug: str = "unauthenticated") -> None:
        super().__init__(slug)


class StaleVersion(RuleBroken):
    """The caller changed a version that is no longer the newest."""

    def __init__(self) -> None:
        super().__init__("stale-version", "If-Match")


class VersionRequired(RuleBroken):
    """A change came without saying which version it changes."""

    def __init__(self) -> None:
        super().__init__("version-required", "If-Match")


class Throttled(RuleBroken):
    """The caller asked too often.

    Args:
        retry_after_seconds: when asking again makes sense.
    """

    def __init__(self, slug: str, retry_after_seconds: int) -> None:
        super().__init__(slug)
        self.retry_after_seconds = retry_after_seconds


class Transient(Exception):
    """The database, the broker or a neighbour is away for a moment; the text is a code."""


class Conflict(Transient):
    """Two transactions met, and nothing of this one was done: it may simply run again."""


class PoisonMessage(Exception):
    """A message cannot be handled, now or later.

    Args:
        reason: a code for the dead-letter row (`unreadable-body`); never a rejected value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
