"""A mail server that speaks as much of IMAP4rev1 (RFC 3501) as reading a mailbox takes."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class ImapServer:
    """Messages by their ids; what was said to it is in `said`."""

    messages: dict[int, bytes]
    password: str = "salasõna-1"
    mailbox: str = "INBOX"
    validity: int = 7
    said: list[str] = field(default_factory=list)
    port: int = 0
    answers_nonsense: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        writer.write(b"* OK ready\r\n" if not self.answers_nonsense else b"\x00\xff tere\r\n")
        while line := (await reader.readline()).decode("utf-8").rstrip("\r\n"):
            tag, _space, command = line.partition(" ")
            self.said.append(command)
            if command == "AUTHENTICATE PLAIN":
                writer.write(b"+ \r\n")
                told = base64.b64decode(await reader.readline()).decode("utf-8").split("\0")[-1]
                command = f'LOGIN "{told}"'
            writer.write(self._answer(tag, command))
            await writer.drain()
            if command == "LOGOUT":
                break
        writer.close()

    def _answer(self, tag: str, command: str) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + done
        if command.startswith("LOGIN"):
            is_known = command.endswith(f'"{self.password}"')
            return done if is_known else f"{tag} NO [AUTHENTICATIONFAILED] no\r\n".encode()
        if command.startswith("EXAMINE"):
            if command != f'EXAMINE "{self.mailbox}"':
                return f"{tag} NO no such mailbox\r\n".encode()
            return f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n".encode() + done
        if command.startswith("UID SEARCH"):
            return f"* SEARCH {' '.join(map(str, self.messages))}\r\n".encode() + done
        if match := re.fullmatch(r"UID FETCH ([\d,]+) (.*)", command):
            return b"".join(self._message(int(uid), match[2]) for uid in match[1].split(",")) + done
        return done

    def _message(self, uid: int, what: str) -> bytes:
        text = self.messages[uid]
        if "HEADER" in what:
            text = text.partition(b"\n\n")[0] + b"\n\n"
        return f"* {uid} FETCH (UID {uid} BODY[] {{{len(text)}}}\r\n".encode() + text + b")\r\n"


@asynccontextmanager
async def imap_server(server: ImapServer) -> AsyncIterator[ImapServer]:
    """The server on a free port of loopback."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
