"""The way out to upstream systems: one HTTP client a source, with caps on time and bytes, and plain words for faults.

Redirects are never followed (an address that was not configured is never fetched), certificates are those of the
operating system, and proxies come from the environment, which loopback addresses bypass. httpx reads no netrc.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from data.checks.base import NOBODY, Identity
from data.language import _
from data.sources.batch import SourceError
from data.sources.budget import Budgets
from data.sources.trust import context_for, wants_certificate

PAGE_CAP = 64 * 1024 * 1024
"""Bytes of a page of data that are read before the client gives up."""
_CODINGS = ("", "identity", "gzip", "deflate")
"""Of a body (RFC 9110, 8.4.1); those that httpx undoes without more packages."""
_BROKEN_OFF = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""Faults of a connection that was there."""
_LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read up to the cap. `seconds` run from sending to the last byte read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    seconds: float


class Client:
    """One source's connections. Faults of transport come out as `SourceError`; statuses are the caller's to judge."""

    def __init__(
        self,
        *,
        timeout: float,
        headers: Mapping[str, str] | None = None,
        connections: int = 8,
        transport: httpx.AsyncBaseTransport | None = None,
        budgets: Budgets | None = None,
        lane: str = "",
    ) -> None:
        """`budgets` are those of the process; requests of one `lane` wait for each other, not for those of another."""
        self._timeout = timeout
        self._budgets = budgets or Budgets()
        self._lane = lane
        # Bytes, because httpx wants ASCII text: a mistyped token must become a refusal, not a crash.
        self._headers = [
            (name.encode(), value.encode())
            for name, value in {"Accept-Encoding": "gzip, deflate", **(headers or {})}.items()
        ]
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=min(connections, 8))
        self._transport = transport
        self._clients: dict[tuple[bool, Identity], httpx.AsyncClient] = {}

    async def get(
        self, url: str, params: Mapping[str, str] | None = None, *, cap: int = PAGE_CAP, seconds: float | None = None
    ) -> Reply:
        """The answer to a GET of `url`; at most `cap` bytes are read, within `seconds` in all (4 timeouts if None).

        The time runs from the moment when the host's budget lets the request go. Raises SourceError `timeout`, `tls`,
        `certificate`, `unreachable`, `config` or `proxy`, and PausedError. A connection that broke is tried once more,
        because the server may have closed a kept one; a GET can be repeated.
        """
        return await self._ask("GET", url, cap, seconds or 4 * self._timeout, params=params)

    async def ask(self, url: str, question: bytes) -> Reply:
        """The answer to a POST of JSON that changes nothing: for what an address is too short for. As `get`."""
        headers = {"content-type": "application/json"}
        return await self._ask("POST", url, PAGE_CAP, 4 * self._timeout, content=question, headers=headers)

    async def call(
        self,
        url: str,
        *,
        cap: int,
        seconds: float,
        headers: Mapping[str, str],
        content: bytes | None = None,
        identity: Identity = NOBODY,
    ) -> Reply:
        """The answer to a GET, or with `content` to a POST that changes nothing, made as `identity`. As `get`.

        Raises SourceError `config` too, for files of the identity that cannot be used.
        """
        method = "GET" if content is None else "POST"
        return await self._ask(method, url, cap, seconds, identity, content=content, headers=headers)

    async def _ask(
        self, method: str, url: str, cap: int, seconds: float, identity: Identity = NOBODY, **request: Any
    ) -> Reply:
        host = host_of(url)
        try:
            async with self._budgets.of(host).turn(self._lane), asyncio.timeout(seconds):
                try:
                    return await self._read(method, url, cap, identity, request)
                except _BROKEN_OFF:
                    return await self._read(method, url, cap, identity, request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise _timeout(host) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise SourceError(
                "config", _("The address of {host} cannot be used. Correct it in the configuration.").format(host=host)
            ) from error
        except (httpx.TransportError, httpx.DecodingError, ssl.SSLError) as error:
            raise _broken(host, error) from error

    async def _read(self, method: str, url: str, cap: int, identity: Identity, request: Mapping[str, Any]) -> Reply:
        started = time.perf_counter()
        body, is_cut = bytearray(), False
        async with self._opened(url, identity).stream(method, url, **request) as response:
            if response.headers.get("content-encoding", "").strip().lower() not in _CODINGS:
                # Packed twice, a kilobyte holds more than there is memory for before the cap is looked at.
                raise httpx.DecodingError("the body has a coding that was not asked for")
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > cap:
                    is_cut = True
                    del body[cap:]
                    break
        self._budgets.of(host_of(url)).learn(response.status_code, response.headers)
        return Reply(response.status_code, response.headers, bytes(body), is_cut, time.perf_counter() - started)

    def _opened(self, url: str, identity: Identity) -> httpx.AsyncClient:
        # Apart for plain HTTP, which needs no trust store: loading that takes longer than all of the rest.
        is_secure = not url.lower().startswith("http://")
        kind = (is_secure, identity)
        if kind not in self._clients:
            trust = context_for(identity) if is_secure else False
            try:
                self._clients[kind] = httpx.AsyncClient(
                    headers=self._headers,
                    timeout=self._timeout,
                    limits=self._limits,
                    follow_redirects=False,
                    verify=trust,
                    transport=self._transport,
                    mounts=dict.fromkeys(_LOOPBACK),
                    trust_env=True,
                )
            except (httpx.InvalidURL, ValueError, ImportError) as error:
                # All else is our own; unchained, because the address of a proxy may hold a password.
                raise _no_proxy(is_socks=isinstance(error, ImportError)) from None
        return self._clients[kind]

    async def close(self) -> None:
        """Lets go of the connections."""
        while self._clients:
            await self._clients.popitem()[1].aclose()


def host_of(url: str) -> str:
    """The host and port of `url`, which is all of an address that may be told: the rest may hold secrets."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, UnicodeError):
        return "?"
    return f"{parsed.host}:{parsed.port}" if parsed.port else parsed.host or "?"


def proxy_advice() -> str:
    """What to do about proxy settings that cannot be used."""
    told = _("Name an HTTP proxy in the environment's {names}, or remove them, and start the program again.")
    return told.format(names="HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY")


def _no_proxy(*, is_socks: bool) -> SourceError:
    told = _("A SOCKS proxy is set, which cannot be used.")
    if not is_socks:
        told = _("The proxy settings of this computer cannot be used.")
    return SourceError("proxy", f"{told} {proxy_advice()}")


def _timeout(host: str) -> SourceError:
    return SourceError(
        "timeout",
        _("{host} did not answer in time. It or the network is slow; the desk tries again by itself.").format(
            host=host
        ),
    )


def _broken(host: str, error: BaseException) -> SourceError:
    fault = _tls_fault(error)
    if fault is not None and wants_certificate(fault):
        return SourceError(
            "certificate",
            _(
                "{host} asks for a certificate of ours, or does not accept the one that is configured. "
                "Ask the IT department for one that it accepts."
            ).format(host=host),
        )
    if fault is not None:
        return SourceError(
            "tls",
            _(
                "The certificate of {host} cannot be trusted. "
                "Ask the IT department whether its certificate authority is installed on this computer."
            ).format(host=host),
        )
    if isinstance(error, _BROKEN_OFF):
        told = _("{host} broke off the connection before it had answered. The desk tries again by itself.")
        return SourceError("unreachable", told.format(host=host))
    return SourceError(
        "unreachable",
        _("{host} cannot be reached. Check the network connection and the address in the configuration.").format(
            host=host
        ),
    )


def _tls_fault(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None
