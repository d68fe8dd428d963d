"""Who reads a page: the process beside the network, or the program itself while it would only wait."""

from __future__ import annotations

import asyncio
import os
import socket

from prospector.sites.visit.faults import ReadingFault
from prospector.sites.visit.idle_time import IdleTime, run_using_idle_time
from prospector.sites.visit.workers import ENOUGH_COMPANIES, MOST_SENT, Workers


def test_pages_that_wait_are_read_here_while_the_network_is_silent() -> None:
    async def main(idle: IdleTime) -> list[int]:
        async with Workers(ENOUGH_COMPANIES, idle) as workers:
            return await asyncio.gather(*(workers.run(os.getpid) for _ in range(3 * MOST_SENT)))

    readers = run_using_idle_time(main)
    # Nobody else could have read them before the other process had started.
    sent = readers.index(os.getpid())
    assert readers[sent:] == [os.getpid()] * (3 * MOST_SENT - sent)
    assert len(set(readers[:sent])) == 1
    assert MOST_SENT <= sent < 2 * MOST_SENT


def test_without_idle_time_the_process_reads_all() -> None:
    async def main() -> list[int]:
        async with Workers(ENOUGH_COMPANIES) as workers:
            return await asyncio.gather(*(workers.run(os.getpid) for _ in range(3 * MOST_SENT)))

    readers = asyncio.run(main())
    assert os.getpid() not in readers
    assert len(set(readers)) == 1


def test_what_goes_wrong_in_a_page_that_is_read_here_belongs_to_whoever_asked() -> None:
    async def main(idle: IdleTime) -> list[object]:
        async with Workers(ENOUGH_COMPANIES, idle) as workers:
            asked = (workers.run(int, text) for text in ["no number"] * (3 * MOST_SENT) + ["7"])
            return await asyncio.gather(*asked, return_exceptions=True)

    *faults, seven = run_using_idle_time(main)
    assert seven == 7
    assert all(isinstance(fault, ReadingFault) for fault in faults[:MOST_SENT])
    assert isinstance(faults[-1], ValueError)


def test_after_a_page_killed_the_process_no_suspect_is_read_here() -> None:
    async def main(idle: IdleTime) -> list[object]:
        async with Workers(ENOUGH_COMPANIES, idle) as workers:
            assert await workers.run(len, "abc") == 3
            asked = [workers.run(os._exit, 3), *(workers.run(os.getpid) for _ in range(3))]
            return await asyncio.gather(*asked, return_exceptions=True)

    killed, *others = run_using_idle_time(main)
    assert isinstance(killed, ReadingFault)
    assert os.getpid() not in others


def test_time_is_idle_only_while_nothing_is_ready() -> None:
    ours, theirs = socket.socketpair()
    used = []

    def use() -> bool:
        used.append(len(used))
        if len(used) == 3:
            theirs.send(b"x")
        return True

    with ours, theirs, IdleTime() as idle:
        idle.register(ours, 1)
        idle.use = use
        assert idle.select(0) == []
        assert used == []
        for _ in range(3):
            assert idle.select(5) == []
        ((key, _),) = idle.select(5)
        assert key.fileobj is ours
        assert used == [0, 1, 2]


def test_an_idle_loop_still_wakes_up_in_time() -> None:
    async def main(idle: IdleTime) -> list[str]:
        said: list[str] = []
        left = iter(range(5))

        def use() -> bool:
            said.append("used")
            return next(left, None) is not None

        idle.use = use
        await asyncio.sleep(0.05)
        said.append("awake")
        return said

    said = run_using_idle_time(main)
    assert said[:6] == ["used"] * 6
    assert said[-1] == "awake"


def test_pages_that_come_while_a_new_process_starts_get_their_own_answers() -> None:
    async def main() -> list[object]:
        async with Workers(ENOUGH_COMPANIES) as workers:
            assert await workers.run(len, "abc") == 3

            killed = asyncio.create_task(workers.run(os._exit, 3))
            asked = []
            while not killed.done():  # one in each round of the loop
                asked.append(asyncio.create_task(workers.run(len, "x" * len(asked))))
                await asyncio.sleep(0)
            return await asyncio.gather(killed, *asked, return_exceptions=True)

    killed, *sizes = asyncio.run(asyncio.wait_for(main(), 60))
    assert isinstance(killed, ReadingFault)
    assert sizes == list(range(len(sizes)))
