"""The `jira` package under the rules that hold for reading, for what is done to tickets.

It is told not to try again by itself (a POST after a dropped connection would be done twice), to ask nothing when it
is made, to follow no redirect and read no netrc; it trusts the operating system's certificates, and an answer is read
to a cap and within a time. Its exceptions carry headers with cookies, so none of them leaves this file.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote_plus

from data.checks.base import NOBODY
from data.config import Jira
from data.rules.mask import mask_text
from data.sources.budget import pause_seconds
from data.sources.client import host_of
from data.sources.trust import context_for, wants_certificate
from data.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jira import JIRA
    from requests import PreparedRequest, Response

ANSWER_CAP = 8 * 1024 * 1024
"""Bytes of an answer that are read; it is about one ticket."""
_WORDS = 300
"""Characters kept of what Jira said."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


class ActError(Exception):
    """Something was not done to a ticket."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        is_final: bool = False,
        is_unsure: bool = False,
        wait: float | None = None,
    ) -> None:
        """`code` is a cause as `data.words.reason_words` reads it, `detail` what Jira said.

        `is_final`: to try again as it is would not help. `is_unsure`: it may have been done. `wait`: for so many
        seconds the server wants to be left alone.
        """
        super().__init__(code)
        self.code = code
        self.detail = mask_text(clean_line(detail, _WORDS))
        self.is_final = is_final
        self.is_unsure = is_unsure
        self.wait = wait


class _AnswerError(Exception):
    """An answer that is none to what was asked."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, fault: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body
        self.fault = fault


class JiraSession:
    """One conversation with Jira, from one thread at a time; the first request begins it.

    `heard` gets status and headers of every answer: what the server says of its limits holds for reading too.
    """

    def __init__(
        self, config: Jira, token: Callable[[], str | None], heard: Callable[[int, Mapping[str, str]], object]
    ) -> None:
        self.base = config.url.rstrip("/")
        self.host = host_of(config.url)
        self._config = config
        self._token = token
        self._heard = heard
        self._jira: JIRA | None = None
        self._me = ""
        self._seconds = 4 * config.timeout
        self._deadline = 0.0

    @property
    def me(self) -> str:
        """The user name of the person for whom it speaks; empty before the first request."""
        return self._me

    def close(self) -> None:
        """Ends it; the next request begins a new one, with the token that is stored then."""
        jira, self._jira, self._me = self._jira, None, ""
        if jira is not None:
            jira._session.close()

    def package(self) -> JIRA:
        """The package's own client, once Jira has said who we are. Raises ActError."""
        if self._jira is None:
            self._jira = self._opened()
            try:
                self._guard()
            except BaseException:
                self.close()
                raise
        return self._jira

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """The answer to a GET of `path` (under `/rest/`), decoded. Raises ActError."""
        with self.translated(is_safe=True):
            return _decoded(self.package()._session.get(f"{self.base}/rest/{path}", params=params))

    def post(self, path: str, body: Mapping[str, Any] | str, params: Mapping[str, str] | None = None) -> Any:
        """The answer to a POST, which is never repeated. Raises ActError, `is_unsure` where it may have been taken."""
        with self.translated(is_safe=False):
            url = f"{self.base}/rest/{path}"
            return _decoded(self.package()._session.post(url, data=json.dumps(body), params=params))

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer to a PUT, which may be repeated. Raises ActError."""
        with self.translated(is_safe=True):
            return _decoded(self.package()._session.put(f"{self.base}/rest/{path}", data=json.dumps(body)))

    def delete(self, path: str, params: Mapping[str, str]) -> None:
        """Takes something away; that may be repeated. Raises ActError."""
        with self.translated(is_safe=True):
            self.package()._session.delete(f"{self.base}/rest/{path}", params=params)

    def attach(self, ticket_id: int, name: str, content: BinaryIO) -> None:
        """Sends a file, once. Raises ActError."""
        with self.translated(is_safe=False):
            self.package().add_attachment(str(ticket_id), attachment=content, filename=name)

    @contextmanager
    def translated(self, *, is_safe: bool) -> Iterator[None]:
        """Turns whatever the package, its libraries and the server make of a request into `ActError`.

        One that `is_safe` may be repeated, so that nobody need find out whether it was done.
        """
        import requests

        self._deadline = time.monotonic() + self._seconds
        try:
            yield
        except ActError:
            raise
        except _AnswerError as answer:
            if answer.status == 401 or answer.fault == "html":
                self.close()
            raise _of_answer(answer, is_safe=is_safe) from None
        except requests.exceptions.RequestException as error:
            raise _of_transport(error, is_safe=is_safe) from None
        except (OSError, ValueError, RecursionError):
            raise ActError("act server", is_unsure=not is_safe) from None

    def _guard(self) -> None:
        """Makes sure who we are: what is done in another's name cannot be taken back."""
        told = self.get("api/2/myself")
        name = told.get("name") if isinstance(told, dict) else None
        expected = self._config.user.casefold()
        if not name or (expected and expected not in (str(name).casefold(), str(told.get("key", "")).casefold())):
            raise ActError("auth")
        self._me = str(name)

    def _opened(self) -> JIRA:
        # Imported here: it takes long to load, and most of the time nothing is to be done.
        from jira import JIRA

        token = self._token()
        if not token:
            raise ActError("auth")
        # It logs addresses and answers, which may hold anything.
        logging.getLogger("jira").setLevel(logging.CRITICAL + 1)
        jira = JIRA(
            server=self.base,
            token_auth="".join(token.split()),
            max_retries=0,
            timeout=(self._config.timeout, self._config.timeout),
            get_server_info=False,
            logging=False,
        )
        session: Any = jira._session
        session.trust_env = False
        session.proxies = _proxies(self.base)
        session.get_redirect_target = lambda _response: None
        session.hooks["response"].append(self._hear)
        session.mount("https://", _secure_adapter())
        return jira

    def _hear(self, response: Response, **_options: object) -> None:
        """Reads an answer to the cap, and lets only those through that are an answer to what was asked."""
        from urllib3.exceptions import HTTPError

        body, status = bytearray(), response.status_code
        self._heard(status, response.headers)
        try:
            # As it comes: a server that sends a byte at a time is to be noticed.
            while chunk := response.raw.read1(65_536, decode_content=True):
                body += chunk
                if len(body) > ANSWER_CAP or time.monotonic() > self._deadline:
                    raise _AnswerError(status, response.headers, b"", "long")
        except (HTTPError, _AnswerError):
            response.close()
            raise _AnswerError(status, response.headers, b"", "broken") from None
        response._content = bytes(body)
        if not 200 <= status < 300:
            raise _AnswerError(status, response.headers, bytes(body))
        if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise _AnswerError(status, response.headers, b"", "html")
        seen = unquote_plus(response.headers.get("x-ausername", ""))
        if self._me and seen and seen.casefold() != self._me.casefold():
            raise _AnswerError(401, response.headers, b"")


def _decoded(response: Response) -> Any:
    """The body of an answer; None for an empty one."""
    return json.loads(response.content) if response.content.strip() else None


def _of_answer(answer: _AnswerError, *, is_safe: bool) -> ActError:
    status, said = answer.status, _said(answer.body)
    if answer.fault == "html" or 300 <= status < 400:
        return ActError("html")
    if status < 300:
        return ActError("act server", is_unsure=not is_safe)
    if status == 401:
        reason = answer.headers.get("x-seraph-loginreason", "")
        return ActError("captcha" if "AUTHENTICATION_DENIED" in reason else "auth")
    if status == 429:
        return ActError("paused", wait=pause_seconds(answer.headers) or 30.0)
    if status == 503:
        return ActError("act server", wait=pause_seconds(answer.headers))
    if status >= 500:
        # It may have been done before something else failed.
        return ActError("act server", said, is_unsure=not is_safe)
    codes = {403: "act forbidden", 404: "act gone", 410: "act gone", 413: "act large"}
    return ActError(codes.get(status, "act refused"), said, is_final=True)


def _of_transport(error: Exception, *, is_safe: bool) -> ActError:
    from requests import exceptions

    cause: BaseException | None = error
    unsure = not is_safe and not _never_left(error)
    if isinstance(error, exceptions.SSLError):
        while cause is not None and not hasattr(cause, "reason"):
            cause = cause.__cause__ or cause.__context__
        import ssl

        is_ours = isinstance(cause, ssl.SSLError) and wants_certificate(cause)
        return ActError("certificate" if is_ours else "tls")
    if isinstance(error, exceptions.ProxyError | exceptions.InvalidProxyURL | exceptions.InvalidSchema):
        return ActError("proxy")
    if isinstance(error, exceptions.InvalidURL | exceptions.MissingSchema):
        return ActError("config", is_final=True)
    if isinstance(error, exceptions.Timeout):
        return ActError("timeout", is_unsure=unsure)
    return ActError("unreachable", is_unsure=unsure)


def _never_left(error: Exception) -> bool:
    """Whether the connection was not even made, so that nothing can have been taken."""
    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(error, ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _said(body: bytes) -> str:
    """Jira's own words of a refusal: `{errorMessages: [], errors: {field: words}}`."""
    with suppress(ValueError, RecursionError):
        told = json.loads(body)
        if isinstance(told, dict):
            messages = told.get("errorMessages") or told.get("message") or told.get("errorMessage") or []
            words = [str(each) for each in messages] if isinstance(messages, list) else [str(messages)]
            fields = told.get("errors")
            if isinstance(fields, dict):
                words += [f"{field}: {said}" for field, said in fields.items()]
            return " ".join(words)
    return ""


def _proxies(base: str) -> dict[str, str]:
    """The proxies of the environment, which loopback addresses bypass."""
    from requests.utils import get_environ_proxies

    if host_of(base).rpartition(":")[0] in _LOOPBACK or host_of(base) in _LOOPBACK:
        return {}
    return dict(get_environ_proxies(base, no_proxy=None))


def _secure_adapter() -> Any:
    """How secure connections are made: the operating system's certificates are trusted, and no others."""
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options, ssl_context=context_for(NOBODY))

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            return super().proxy_manager_for(proxy, **options, ssl_context=context_for(NOBODY))

        def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
            # The package's own list of authorities stays out.
            conn.cert_reqs = "CERT_REQUIRED"

        def build_connection_pool_key_attributes(
            self, request: PreparedRequest, verify: Any, cert: Any = None
        ) -> tuple[Any, Any]:
            host, settings = super().build_connection_pool_key_attributes(request, verify, cert)
            return host, {name: value for name, value in settings.items() if not name.startswith("ca_")}

    return Adapter()
