"""Serves the demo world on loopback until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from data.clock import Clock
from data.simulator.agile import Agile
from data.simulator.configuration import configuration
from data.simulator.faults import Faults
from data.simulator.gate import Gate
from data.simulator.health import Health
from data.simulator.jira import Jira
from data.simulator.jobs import Jobs
from data.simulator.letters import Letters
from data.simulator.trainings import Trainings
from data.simulator.trouble import Trouble
from data.simulator.world import DEFAULT_TICKETS, World
from data.simulator.xroad import XRoad

HOST = "127.0.0.1"


def build_app(
    world: World, *, admin: bool = False, trouble: Trouble | None = None, letters: Letters | None = None
) -> ASGIApp:
    """All upstream systems of one world; with `admin` also the routes by which tests disturb them."""
    gate = Gate(world)
    jira, health, trainings = Jira(world, gate), Health(world), Trainings(world)
    xroad = XRoad(world, health)
    systems = (jira, Agile(world, gate), health, trainings, xroad, Jobs(world))
    app = Starlette(routes=[route for system in systems for route in system.routes()])
    if not admin and trouble is None:
        return app
    faults = Faults(app, trouble.fault) if trouble else Faults(app)
    if admin:
        from data.simulator.admin import add_admin

        add_admin(app, faults, world, jira, health, trainings)
        app.router.routes.extend(xroad.admin_routes())
        app.router.routes.extend(letters.admin_routes() if letters else ())
    return faults


def serve(
    seed: int, tickets: int, clock: Clock, port: int = 0, on_ready: Callable[[str], None] = print, *,
    admin: bool = False, until_stdin_ends: bool = False, comments: int = 0, certificate: str | None = None,
    faults: bool = False,
) -> None:  # fmt: skip
    """Serves until SIGINT or SIGTERM, or until standard input ends where that is asked for (Windows has no SIGTERM).

    `on_ready` gets the configuration once it serves. Port 0 takes a free one. Raises OSError for a port that
    is taken. With `certificate`, a file that holds a key and its certificate, a second port serves the same over TLS.
    With `faults` much goes wrong by itself.
    """
    world = World(seed, clock, tickets or DEFAULT_TICKETS, comments)
    # Named as TCP: asyncio sends small answers at once only there, else each waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        if sys.platform != "win32":
            # On Windows this option would let two servers share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
        trouble = Trouble(world, clock.speed) if faults else None
        letters = Letters()
        mail_port = letters.start()
        app, more = build_app(world, admin=admin, trouble=trouble, letters=letters), ""
        if certificate:
            more = f"# secure {_serve_securely(app, certificate)}\n"
        server = _Server(
            _settings(app),
            lambda: on_ready(more + configuration(f"http://{HOST}:{listener.getsockname()[1]}", clock, mail_port)),
        )
        if until_stdin_ends:
            threading.Thread(target=_stop_when_stdin_ends, args=(server,), daemon=True).start()
        try:
            server.run(sockets=[listener])
        finally:
            letters.stop()


def _settings(app: ASGIApp, certificate: str | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate,
    )


def _serve_securely(app: ASGIApp, certificate: str) -> str:
    """Serves over TLS too, from a thread that ends with the process; the address, on a free port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((HOST, 0))
    listener.listen(128)
    server = _Server(_settings(app, certificate), lambda: None)
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return f"https://{HOST}:{listener.getsockname()[1]}"


class _Server(uvicorn.Server):
    """Says when it is ready, and ends quietly when it is told to.

    uvicorn would raise the signal again, which is a traceback for whoever pressed Ctrl+C.
    """

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to serve; from here on a signal ends it in good order."""
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stops on SIGINT and SIGTERM while the server runs; a thread other than the main one gets no signals."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _stop_when_stdin_ends(server: uvicorn.Server) -> None:
    # Not through `sys.stdin`: a thread that waits in its buffer aborts the interpreter when a signal ends it first.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True
