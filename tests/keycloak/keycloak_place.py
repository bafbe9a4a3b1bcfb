"""Where logins are tried: an issuer, a gateway and those who come."""

from dataclasses import dataclass

from keycloak_server import KeycloakServer
from window import Window

from gateway.settings import Settings

KNOWN = "officer.a"
"""Has an account at the gateway, and may log in at either realm."""
UNKNOWN = "stranger.x"
"""May log in at our realm, and has no account."""
ELSEWHERE = "elsewhere"
"""Another realm like ours, and another client of our realm."""


@dataclass(frozen=True)
class Place:
    """All that a test needs.

    Attributes:
        keycloak: the issuer.
        settings: of the gateway, which runs at `settings.public_url`.
        password: of everybody.
    """

    keycloak: KeycloakServer
    settings: Settings
    password: str

    def window(self) -> Window:
        """Return a browser without any cookie."""
        return Window(self.keycloak.url)
