"""Tokens that tell a service who calls: signed, for one audience, good for minutes."""

from datetime import timedelta
from time import monotonic

from gateway.sessions import Session
from lianfang_edge.tokens import TokenSigner

LIFETIME = timedelta(seconds=120)
USED_SECONDS = 60.0
"""A token is used for a minute and verified for two, so that clocks may differ by one."""


class ServiceTokens:
    """Signs a token for each session and service once a minute.

    Args:
        signer: holds the gateway's private key.
    """

    def __init__(self, signer: TokenSigner) -> None:
        self._signer = signer

    def of(self, session: Session, service: str) -> str:
        """Return a token for a service; it is kept with the session and forgotten with it."""
        kept = session.tokens.get(service)
        now = monotonic()
        if kept is not None and now < kept[1]:
            return kept[0]
        token = self._signer.sign(session.principal, service, LIFETIME)
        session.tokens[service] = (token, now + USED_SECONDS)
        return token
