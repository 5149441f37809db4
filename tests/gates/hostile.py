"""Text that attacks terminal and screen, upstream systems that send it, and how to see whether it got through."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from data.store.read import Reader

WORD = "Vaenukiri"
"""Stands in each hostile text, to find it by."""

PIECES = {
    "colour": "\x1b[5;31;107mvilgub\x1b[0m",
    "reset": "\x1bcalgus",
    "move": "\x1b[1;1Hnurk\x1b[2J\x1b[3;40r",
    "title": "\x1b]0;omapealkiri\x07",
    "clipboard": "\x1b]52;c;dmFlbnVraXJp\x07",
    "clipboard with ST": "\x1b]52;c;dmFlbnVraXJp\x1b\\",
    "link": "\x1b]8;;http://vaenlane.example\x1b\\link\x1b]8;;\x1b\\",
    "device control": '\x1bP$q"pvaenlane\x1b\\',
    "picture": "\x1b_Gi=1;dmFlbmxhbmU=\x1b\\",
    "question": "\x1b[6n\x1b[c\x1b[21t",
    "c1 clipboard": "\x9d52;c;dmFlbnVraXJp\x9c",
    "c1 colour": "\x9b5;31mvilgub",
    "nested": "\x1b\x1b[0m[5m\x1b]5\x1b[0m2;c;dmFlbnVraXJp\x07",
    "unended": "\x1b]52;c;dmFlbnVraXJp",
    "bell": "\x07\x07",
    "nul": "a\x00b",
    "backspace": "abc\x08\x08\x7f",
    "carriage": "alguses\rlõpus",
    "bidi": "\u202etagurpidi\u2066pööratud\u2069",
    "invisible": "ne\u200bvi\u200dsi\ufeffble\U000e0041",
    "surrogate": "\ud83d ja \udc00",
    "close": "[/]",
    "close more": "[/bold][/][/]",
    "click": "[@click=app.bell]vajuta[/] [@click='app.quit']siia[/]",
    "markup": "[bold red]hoiatus[/] [link=http://vaenlane.example]x[/link] [$primary]y",
    "brackets": "[ ]] [[ \\[ [WIP] [PROJ-1] {n} {0} %s",
    "marks": "z" + "\u0335\u0301" * 30,
    "emoji": "👨\u200d👩\u200d👧\ufe0f",
}
"""One way to attack each."""

LONG = f"{WORD} " + "õ\x1b[5m1" * 200_000
"""A line of 1.4 million characters."""

_BAD_SIGN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_SEQUENCE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    rb"|\x1b[PX^_][^\x1b]*\x1b\\"  # DCS and the like
    rb"|\x1b[()][A-Z0-9]|\x1b[=>78MDEHc]"
)
_OWN_SEQUENCE = re.compile(
    rb"\x1b\[[0-9;]*m"  # styles
    rb"|\x1b\[\d*(?:;\d*)?H|\x1b\[\d*[ABCDJK]|\x1b\[6n|\x1b\[c|\x1b\[>q"  # cursor, erase, questions at start
    rb"|\x1b\[\?\d+(?:;\d+)*[hl]|\x1b\[\?\d+\$p|\x1b\[[<>=]\d*(?:;\d+)*u|\x1b\[\?u|\x1b\[>\d*[mq]"  # modes, keyboard
    rb"|\x1b\]22;[a-z-]*(?:\x07|\x1b\\)|\x1b[=>78]"  # shape of the pointer
)
_BLINK = re.compile(rb"\x1b\[(?:[0-9;]*;)?5(?:;[0-9;]*)?m")
_PAYLOADS = (b"dmFlbnVraXJp", b"dmFlbmxhbmU=", b"omapealkiri")
"""What sequences of ours can never carry; as text they may stand on the screen."""


def bad_signs(text: str) -> set[str]:
    """Characters that must not stand in a text that is shown."""
    return {f"U+{ord(sign):04X}" for sign in _BAD_SIGN.findall(text)}


def forbidden(output: bytes) -> list[str]:
    """What stands in the output of a program and never should; raises UnicodeDecodeError for what is not text."""
    found = []
    for sequence in _SEQUENCE.findall(output):
        # A style `38;5;N` is a colour, not blinking.
        plain = re.sub(rb"[34]8;(?:5;\d+|2;\d+;\d+;\d+)", b"", sequence)
        if not _OWN_SEQUENCE.fullmatch(sequence) or _BLINK.fullmatch(plain) or any(p in sequence for p in _PAYLOADS):
            found.append(repr(sequence[:80]))
    text = _SEQUENCE.sub(b"", output).decode("utf-8").replace("\r", "")
    return found + sorted(bad_signs(text))


def texts(value: Any) -> Iterator[str]:
    """Every text in a record, however deep."""
    if isinstance(value, str):
        yield value
    elif hasattr(value, "_asdict"):
        yield from texts(value._asdict())
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from texts(getattr(value, each.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(key)
            yield from texts(item)


def everything_in(reader: Reader) -> Iterator[Any]:
    """Every record that a pane or a detail could ask for."""
    from data.model import TicketQuery, TicketView

    yield reader.overview()
    yield reader.sources()
    yield reader.facets()
    for service in reader.services():
        yield reader.service(service.name)
    window = reader.tickets(TicketQuery(view=TicketView.ALL, text=WORD))
    for row in window.rows(0, window.count()):
        yield row
        yield reader.ticket(row.id)
    for development in reader.developments():
        yield reader.development(development.id)
    yield from reader.trainings(0, 1 << 60)


def calendar() -> bytes:
    """An ICS feed of hostile trainings, one for each piece, on the day of the demo."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//naide//naide//ET"]
    for number, piece in enumerate([*PIECES.values(), LONG]):
        text = f"{WORD} {piece}".replace("\\", "\\\\").replace("\r", "").replace(";", "\\;").replace(",", "\\,")
        lines += [
            "BEGIN:VEVENT", f"UID:vaenlane-{number}@naide.ee", "DTSTAMP:20261201T080000Z",
            f"DTSTART:2026120{4 + number % 5}T1{number % 8}0000Z", f"DTEND:2026120{4 + number % 5}T1{number % 8}3000Z",
            f"SUMMARY:{text}", f"LOCATION:{text[:400]}", f"DESCRIPTION:{text}\\n{text[:400]}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode("utf-8", "surrogatepass")


class _Hostile(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/").replace("%20", " ")
        body = f"{WORD} {PIECES.get(name, LONG)}".encode("utf-8", "surrogatepass")
        reason = f"{WORD} \x1b[5m\x1b]52;c;dmFlbnVraXJp\x07".encode("latin-1")
        self.wfile.write(b"HTTP/1.1 503 " + reason + b"\r\nContent-Type: text/plain; charset=utf-8\r\n")
        self.wfile.write(b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def health_server() -> Iterator[str]:
    """Addresses that answer with hostile bodies and reasons; yields their beginning."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
