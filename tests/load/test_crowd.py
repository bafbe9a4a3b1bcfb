"""What a crowd of live views knows of lines that are missed, doubled and late."""

import asyncio
import contextlib
import time

from crowd import Crowd

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n"
GONE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


def event(number, name="notice-raised"):
    return f"id: office/officer:{number}\nevent: {name}\ndata: {{}}\n\n".encode()


def framed(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


class Scripted:
    """A server that says to each connection, in the order in which they come, what a test wants."""

    def __init__(self, *answers):
        self.asked: list[bytes] = []
        self._answers = list(answers)

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1")
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/live"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        pieces, stays = self._answers.pop(0)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)  # the other side reads what is there before more comes
        if stays:
            with contextlib.suppress(ConnectionError):
                await reader.read()
        writer.close()


async def followed(number, *answers, cookies=("seat=1",)):
    """Return a closed crowd that had time to get to a number, and its server."""
    async with Scripted(*answers) as server:
        crowd = Crowd(server.url, cookies, retry_seconds=0.01)
        await asyncio.wait_for(crowd.open(), 5)
        assert await crowd.until_all_have(number, 5)
        await crowd.close()
    return crowd, server


def counts(crowd):
    return crowd.missed, crowd.doubled, crowd.refused


async def test_lines_in_order_are_neither_missed_nor_doubled_however_the_bytes_are_cut():
    told = HEAD + framed(event(4, "ready"), event(5) + event(6), event(7))
    crowd, server = await followed(7, ([told[at : at + 1] for at in range(len(told))], True))
    assert counts(crowd) == (0, 0, 0)
    assert b"Cookie: seat=1\r\n" in server.asked[0] and b"Last-Event-ID" not in server.asked[0]


async def test_a_gap_and_a_repeat_are_counted():
    told = HEAD + event(0, "ready") + event(1) + event(4) + event(4) + event(5)
    crowd, _ = await followed(5, ([told], True))
    assert counts(crowd) == (2, 1, 0)


async def test_a_view_comes_again_after_its_last_event_past_refusals():
    first = HEAD + event(0, "ready") + event(1) + event(2)
    again = HEAD + event(2, "ready") + event(3)
    crowd, server = await followed(3, ([first], False), ([GONE], True), ([again], True))
    assert counts(crowd) == (0, 0, 1)
    assert all(b"Last-Event-ID: office/officer:2\r\n" in asked for asked in server.asked[1:])


async def test_a_stream_that_begins_later_than_it_was_asked_for_has_missed_what_lies_between():
    first = HEAD + event(0, "ready") + event(1)
    again = HEAD + event(3, "reset") + event(4)
    crowd, _ = await followed(4, ([first], False), ([again], True))
    assert counts(crowd) == (2, 0, 0)


async def test_a_line_that_some_view_does_not_have_is_waited_for_and_told():
    quick, slow = HEAD + event(0, "ready") + event(1), HEAD + event(0, "ready")
    async with Scripted(([quick], True), ([slow], True)) as server:
        crowd = Crowd(server.url, ("seat=1", "seat=2"))
        await crowd.open()
        assert not await crowd.until_all_have(1, 0.05)
        assert crowd.behind(1) == 1
        await crowd.close()


async def test_the_time_of_a_line_is_taken_for_each_view():
    async with Scripted(*[([HEAD + event(0, "ready") + event(1)], True)] * 3) as server:
        crowd = Crowd(server.url, ("seat=1",) * 3)
        crowd.told_at[1] = time.perf_counter() - 2.0
        await crowd.open()
        assert await crowd.until_all_have(1, 5)
        await crowd.close()
    assert len(crowd.taken) == 3 and min(crowd.taken) >= 2_000
