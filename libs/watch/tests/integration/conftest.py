"""The real servers."""

from lianfang_common.testing.servers import make_database, servers

__all__ = ["make_database", "servers"]
