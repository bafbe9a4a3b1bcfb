"""What a fetch session asks for, and what it does when the broker knows it no more."""

from types import SimpleNamespace

import pytest
from aiokafka.protocol.fetch import FetchRequest, FetchRequest_v11

from lianfang_brokerclient.sessions import Session

NEWEST = {1: (0, 11)}
SESSION_UNKNOWN = 70


class Broker:
    """Answers with what the test says next, and keeps what it was asked."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.asked: list[FetchRequest_v11] = []

    async def send(self, request: object) -> object:
        self.asked.append(request.prepare(NEWEST))  # type: ignore[attr-defined]
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def opened(session: int = 7, error: int = 0) -> SimpleNamespace:
    return SimpleNamespace(session_id=session, error_code=error, topics=[])


def fetch(**offsets: int) -> FetchRequest:
    partitions = [(int(name[1:]), offset, 1_000) for name, offset in offsets.items()]
    return FetchRequest(500, 1, 10_000, 0, [("rentals.tenancy", partitions)])


def offsets_of(asked: FetchRequest_v11) -> dict[int, int]:
    return {part[0]: part[2] for _, parts in asked.topics for part in parts}


def place_in_session(asked: FetchRequest_v11) -> tuple[int, int]:
    return asked.session_id, asked.session_epoch


async def test_the_first_request_names_everything_and_asks_for_a_session():
    broker = Broker(opened())
    await Session().ask(fetch(p0=5, p1=9), broker.send)
    assert offsets_of(broker.asked[0]) == {0: 5, 1: 9}
    assert place_in_session(broker.asked[0]) == (0, 0)


async def test_a_later_one_names_what_was_read_on_and_what_is_let_go():
    broker, session = Broker(opened(), opened(), opened()), Session()
    await session.ask(fetch(p0=5, p1=9, p2=1), broker.send)
    await session.ask(fetch(p0=6, p1=9), broker.send)
    await session.ask(fetch(p0=6, p1=9), broker.send)
    assert [offsets_of(each) for each in broker.asked[1:]] == [{0: 6}, {}]
    assert [each.forgotten_topics_data for each in broker.asked[1:]] == [
        [("rentals.tenancy", [2])],
        [],
    ]
    assert [place_in_session(each) for each in broker.asked[1:]] == [(7, 1), (7, 2)]


async def test_a_partition_that_comes_back_is_named_again():
    broker, session = Broker(opened(), opened(), opened()), Session()
    for request in (fetch(p0=5, p1=9), fetch(p0=5), fetch(p0=5, p1=9)):
        await session.ask(request, broker.send)
    assert offsets_of(broker.asked[2]) == {1: 9}


async def test_a_broker_that_knows_the_session_no_more_is_asked_for_everything():
    broker = Broker(opened(), opened(0, SESSION_UNKNOWN), opened(8), opened(8))
    session = Session()
    await session.ask(fetch(p0=5, p1=9), broker.send)
    answer = await session.ask(fetch(p0=6, p1=9), broker.send)
    await session.ask(fetch(p0=6, p1=9), broker.send)
    assert answer.session_id == 8
    assert offsets_of(broker.asked[2]) == {0: 6, 1: 9}
    assert place_in_session(broker.asked[2]) == (0, 0)
    assert place_in_session(broker.asked[3]) == (8, 1)


async def test_after_a_request_without_an_answer_the_old_session_is_ended_by_a_new_one():
    broker, session = Broker(opened(), ConnectionError(), opened(9)), Session()
    await session.ask(fetch(p0=5), broker.send)
    with pytest.raises(ConnectionError):
        await session.ask(fetch(p0=6), broker.send)
    await session.ask(fetch(p0=6), broker.send)
    assert offsets_of(broker.asked[2]) == {0: 6}
    assert place_in_session(broker.asked[2]) == (7, 0)


async def test_where_the_broker_keeps_no_session_everything_is_named_each_time():
    broker, session = Broker(opened(0), opened(0)), Session()
    for _ in range(2):
        await session.ask(fetch(p0=5, p1=9), broker.send)
    assert [offsets_of(each) for each in broker.asked] == [{0: 5, 1: 9}] * 2
