"""Speaking with one Jira as one person: every answer is looked at to see whether we still are that person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import unquote_plus

import httpx
import msgspec

from data.config import Jira
from data.language import _
from data.sources.answers import require_data, unreadable
from data.sources.batch import SourceError
from data.sources.budget import Budgets
from data.sources.client import Client, Reply, host_of
from data.sources.jira_wire import Myself, loose_json

_T = TypeVar("_T")


class JiraLink:
    """The connections to one Jira. `token` is asked for again after `close`, so that a new one is taken up."""

    name = "jira"

    def __init__(
        self,
        config: Jira,
        token: Callable[[], str | None],
        transport: httpx.AsyncBaseTransport | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self.base = config.url.rstrip("/")
        self.host = host_of(config.url)
        self._config = config
        self._token = token
        self._transport = transport
        self._budgets = budgets
        self._client: Client | None = None
        self._me: Myself | None = None

    async def close(self) -> None:
        """Lets go of connections, and of who we were."""
        self._me = None
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, seconds: float | None = None) -> Reply:
        """The answer to a GET of `path` under the server's address, whatever its status; it may take `seconds` in all.

        Raises SourceError for faults of transport, and `auth` when the server took us for somebody else.
        """
        return self._ours(await self._opened().get(self.base + path, params, seconds=seconds))

    async def ask(self, path: str, question: bytes) -> Reply:
        """The answer to a POST that changes nothing. As `get`."""
        return self._ours(await self._opened().ask(self.base + path, question))

    def decode(self, reply: Reply, shape: type[_T]) -> _T:
        """The body of a good answer as `shape`; raises SourceError for any other answer."""
        body = require_data(reply, self.host)
        try:
            return msgspec.json.decode(body, type=shape)
        except msgspec.ValidationError as error:
            raise unreadable(self.host, body) from error
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            try:
                return msgspec.convert(loose_json(body), shape)
            except (ValueError, RecursionError) as error:
                raise unreadable(self.host, body) from error

    async def read(self, path: str, shape: type[_T]) -> _T:
        """The answer to a GET of `path`, decoded; raises SourceError."""
        return self.decode(await self.get(path), shape)

    async def guard(self) -> Myself:
        """Who the token belongs to; raises SourceError `auth` when that is nobody or somebody else.

        `captcha` when Jira takes no token before the person has signed in: so it does after wrong passwords.
        """
        reply = await self.get("/rest/api/2/myself")
        if "AUTHENTICATION_DENIED" in reply.headers.get("x-seraph-loginreason", ""):
            raise SourceError(
                "captcha",
                _("Jira wants to see a person: sign in to {host} in a browser, solve its puzzle, then wait.").format(
                    host=self.host
                ),
            )
        me = self.decode(reply, Myself)
        expected = self._config.user.casefold()
        if not me.name and not me.key:
            raise self._unknown()
        if expected and expected not in (me.name.casefold(), me.key.casefold()):
            raise SourceError(
                "auth",
                _("The token belongs to somebody else than the configuration expects. Store your own token."),
            )
        self._me = me
        return me

    def _opened(self) -> Client:
        if self._client is None:
            token = self._token()
            if not token:
                raise SourceError(
                    "auth",
                    _("No token is stored for Jira. Make one in Jira and store it with “peakasutaja config init”."),
                )
            self._client = Client(
                timeout=self._config.timeout,
                headers={"Authorization": f"Bearer {''.join(token.split())}", "Accept": "application/json"},
                transport=self._transport,
                budgets=self._budgets,
            )
        return self._client

    def _ours(self, reply: Reply) -> Reply:
        """`reply`, unless its header `X-AUSERNAME` names another person than `/myself` did.

        To an anonymous reader everything looks deleted, so also 404 is believed from nobody else.
        """
        seen = unquote_plus(reply.headers.get("x-ausername", "")).casefold()
        is_answer = reply.status < 300 or reply.status == 404
        if self._me and is_answer and seen and seen not in (self._me.name.casefold(), self._me.key.casefold()):
            raise self._unknown()
        return reply

    def _unknown(self) -> SourceError:
        words = _("{host} does not recognise the token. Make a new one and store it.")
        return SourceError("auth", words.format(host=self.host))
