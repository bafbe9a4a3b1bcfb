"""The cookies: the session's, that of a login under way, and what ends the issuer's session."""

from starlette.responses import Response

from gateway.settings import Settings


class SessionCookie:
    """A cookie that scripts cannot read and foreign sites cannot send with a change.

    Args:
        settings: with https the cookie is bound to it and to this very host.
        name: of the cookie, without the prefix.
        path: below which browsers send it; the prefix needs `/`.
    """

    def __init__(self, settings: Settings, name: str, path: str = "/") -> None:
        self._secure = settings.public_url.startswith("https://")
        self._path = path
        self.name = f"__Host-{name}" if self._secure and path == "/" else name
        self._wanted = self.name.encode()

    def of(self, headers: dict[bytes, bytes]) -> str | None:
        """Return the cookie's value in a request's headers, or None."""
        for part in headers.get(b"cookie", b"").split(b";"):
            name, _, value = part.strip().partition(b"=")
            if name == self._wanted and value:
                return value.decode("latin-1")
        return None

    def set(self, response: Response, value: str, seconds: int) -> None:
        """Give the cookie to the browser."""
        response.set_cookie(
            self.name,
            value,
            max_age=seconds,
            path=self._path,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Take the cookie from the browser."""
        response.delete_cookie(
            self.name, path=self._path, secure=self._secure, httponly=True, samesite="lax"
        )
