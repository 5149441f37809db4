"""What the way out does with answers that are too long, too slow, cut off or sent from elsewhere."""

from __future__ import annotations

import asyncio
import gzip
import traceback
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from data.sources.answers import TooMuchError, require_data
from data.sources.batch import SourceError
from data.sources.client import PAGE_CAP, Client

URL = "https://jira.example/rest/api/2/search"


async def get(answer: httpx.Response, *, seconds: float | None = None) -> bytes:
    """The data of one answer, as a source takes it."""
    asked: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answer

    client = Client(timeout=5, transport=httpx.MockTransport(serve))
    try:
        return require_data(await client.get(URL, seconds=seconds), "jira.example")
    finally:
        await client.close()
        assert set(asked) == {URL}


async def test_a_body_of_a_hundred_megabytes_is_read_no_further_than_the_cap() -> None:
    sent = 0

    async def huge() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 << 20:
            sent += 1 << 20
            yield b" " * (1 << 20)

    with pytest.raises(TooMuchError) as caught:
        await get(httpx.Response(200, content=huge()))
    assert caught.value.code == "format"
    assert sent <= PAGE_CAP + (2 << 20)


async def test_an_answer_that_drips_ends_after_its_time_in_all() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"{"
            await asyncio.sleep(0.001)  # each byte comes in time, the answer never

    with pytest.raises(SourceError) as caught:
        await get(httpx.Response(200, content=drip()), seconds=0.1)
    assert caught.value.code == "timeout"


async def test_packed_data_that_breaks_off_is_never_taken_for_whole() -> None:
    whole = gzip.compress(b'{"issues": [' + b"1, " * 10_000 + b"1]}")

    async def cut() -> AsyncIterator[bytes]:
        yield whole[: len(whole) // 2]

    try:
        body = await get(httpx.Response(200, headers={"content-encoding": "gzip"}, content=cut()))
    except SourceError as error:
        assert error.code in ("unreachable", "format")
    else:
        assert not body.endswith(b"]}")


async def test_garbage_that_claims_to_be_packed_is_a_fault_of_transport() -> None:
    async def garbage() -> AsyncIterator[bytes]:
        yield b"no gzip at all"

    with pytest.raises(SourceError) as caught:
        await get(httpx.Response(200, headers={"content-encoding": "gzip"}, content=garbage()))
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(status: int) -> None:
    with pytest.raises(SourceError) as caught:
        await get(httpx.Response(status, headers={"location": "https://elsewhere.example/login"}))
    assert caught.value.code == "html"


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        pytest.param({"content-type": "Text/HTML; charset=utf-8"}, b"Please sign in", id="by its type"),
        pytest.param({"content-type": "text/html"}, b"", id="by its type, empty"),
        pytest.param({"content-type": "application/json"}, b"\n <!DOCTYPE html>", id="by its content"),
        pytest.param({"content-type": "application/json"}, b"\xef\xbb\xbf<!-- sign in -->", id="after a comment"),
        pytest.param({"content-type": "text/plain"}, b"<script>location='/login'</script>", id="by a script"),
    ],
)
async def test_a_web_page_is_never_data(headers: dict[str, str], content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        await get(httpx.Response(200, headers=headers, content=content))
    assert caught.value.code == "html"


@pytest.mark.parametrize("declared", ["text/html;charset=UTF-8", "text/plain", "application/octet-stream", ""])
@pytest.mark.parametrize("content", [b'\n{"issues": []}', b"\xef\xbb\xbf[]", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
async def test_good_data_is_data_whatever_it_is_called(declared: str, content: bytes) -> None:
    found = await get(httpx.Response(200, headers={"content-type": declared}, content=content))
    assert found == content.removeprefix(b"\xef\xbb\xbf")


async def pieces(packed: bytes) -> AsyncIterator[bytes]:
    """A body as it comes over the network."""
    for start in range(0, len(packed), 65_536):
        yield packed[start : start + 65_536]


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "identity", ""])
async def test_a_body_in_any_coding_that_was_asked_for_is_read(coding: str) -> None:
    text = b'{"issues": []}'
    packed = {"deflate": zlib.compress(text), "identity": text, "": text}.get(coding, gzip.compress(text))
    assert await get(httpx.Response(200, headers={"content-encoding": coding}, content=pieces(packed))) == text


async def test_a_deflated_body_without_its_header_is_read() -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"[]") + packer.flush()
    assert await get(httpx.Response(200, headers={"content-encoding": "deflate"}, content=pieces(packed))) == b"[]"


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "tere"])
async def test_a_coding_that_nobody_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(SourceError) as caught:
        await get(httpx.Response(200, headers={"content-encoding": coding}, content=pieces(b"x")))
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ALL_PROXY", "socks5://user:salajane@127.0.0.1:9", "SOCKS"),
        ("HTTPS_PROXY", "http://[::bad", "proxy settings"),
        ("HTTPS_PROXY", "ftp://user:salajane@127.0.0.1:9", "proxy settings"),
        ("NO_PROXY", "[::1]:x", "proxy settings"),
    ],
)
async def test_proxy_settings_that_cannot_be_used_are_told_as_such(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    if variable == "NO_PROXY":
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(variable, value)
    client = Client(timeout=5)
    with pytest.raises(SourceError, match=told) as caught:
        await client.get("https://jira.invalid/")
    assert caught.value.code == "proxy"
    assert "NO_PROXY" in str(caught.value)
    assert "salajane" not in "".join(traceback.format_exception(caught.value))
