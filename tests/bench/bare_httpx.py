"""As many requests as the checks make, by bare httpx at the same pace; prints the processor seconds they took."""

from __future__ import annotations

import asyncio
import sys
import time

import httpx

from tests.bench import watching


async def ask(port: int, requests: int, seconds: float) -> float:
    """Asks `requests` times, spread over `seconds`; processor seconds of it."""
    # More than there are hosts: no connection is made twice.
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(limits=limits) as client:
        before, began = time.process_time(), time.perf_counter()
        tasks = []
        for number in range(requests):
            await asyncio.sleep(max(0.0, began + seconds * number / requests - time.perf_counter()))
            tasks.append(asyncio.create_task(client.get(watching.url_of(port, number))))
        await asyncio.gather(*tasks)
        return time.process_time() - before


if __name__ == "__main__":
    print(asyncio.run(ask(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
