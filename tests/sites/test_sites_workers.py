"""Who reads a page: the process beside the network, which a page may kill."""

from __future__ import annotations

import asyncio
import os

from prospector.sites.visit.faults import ReadingFault
from prospector.sites.visit.workers import ENOUGH_COMPANIES, Workers


def test_the_process_reads_all() -> None:
    async def main() -> list[int]:
        async with Workers(ENOUGH_COMPANIES) as workers:
            return await asyncio.gather(*(workers.run(os.getpid) for _ in range(30)))

    readers = asyncio.run(main())
    assert os.getpid() not in readers
    assert len(set(readers)) == 1


def test_what_goes_wrong_in_a_page_belongs_to_whoever_asked() -> None:
    async def main() -> list[object]:
        async with Workers(ENOUGH_COMPANIES) as workers:
            asked = (workers.run(int, text) for text in ["no number"] * 30 + ["7"])
            return await asyncio.gather(*asked, return_exceptions=True)

    *faults, seven = asyncio.run(main())
    assert seven == 7
    assert all(isinstance(fault, ReadingFault) for fault in faults)


def test_after_a_page_killed_the_process_no_suspect_is_read_here() -> None:
    async def main() -> list[object]:
        async with Workers(ENOUGH_COMPANIES) as workers:
            assert await workers.run(len, "abc") == 3
            asked = [workers.run(os._exit, 3), *(workers.run(os.getpid) for _ in range(3))]
            return await asyncio.gather(*asked, return_exceptions=True)

    killed, *others = asyncio.run(main())
    assert isinstance(killed, ReadingFault)
    assert os.getpid() not in others


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
