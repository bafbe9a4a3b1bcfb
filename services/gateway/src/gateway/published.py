"""What the gateway tells other services: nothing."""

from lianfang_common.events import Topic

TOPICS: tuple[Topic, ...] = ()
