"""The values of a query whose conditions depend on what is asked for."""

from typing import Any


class Values(list[Any]):
    """Values in the order of their places."""

    def add(self, value: object) -> str:
        """Add a value and return its place, such as `$3`."""
        self.append(value)
        return f"${len(self)}"
