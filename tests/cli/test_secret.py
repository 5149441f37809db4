"""`config secret`: a key is kept, shown to the server that asks for it, and stands nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.cli.conftest import Run

KEY = "hcr-Xy7k2mQ"


class Handler(BaseHTTPRequestHandler):
    """A server that knows one job and one key, as Healthchecks does."""

    def do_GET(self) -> None:
        is_known = self.headers.get("X-Api-Key") == KEY
        job = {"name": "Maksefail", "slug": "maksefail", "status": "up", "grace": 60, "last_ping": None}
        body = json.dumps({"checks": [job]} if is_known else {"error": "wrong api key"}).encode()
        self.send_response(200 if is_known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def healthchecks() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_key_is_kept_and_used(run: Run, tmp_path: Path) -> None:
    with healthchecks() as address:
        file = tmp_path / "config.toml"
        file.write_text(
            f'[[check]]\ntype = "healthchecks"\nname = "Maksefail"\nurl = "{address}"\nslug = "maksefail"\n', "utf-8"
        )
        where = ("--config", str(file), "--data-dir", str(tmp_path / "data"))

        without = run("check", "Maksefail", *where)
        assert without.returncode == 1
        assert "no key is stored under the name healthchecks" in without.stdout
        assert "peakasutaja config secret healthchecks" in without.stdout

        assert run("config", "secret", *where, given="wrong-key\n").returncode == 0
        refused = run("check", "Maksefail", *where)
        assert "the key healthchecks is not accepted" in refused.stdout

        stored = run("config", "secret", "healthchecks", *where, given=f"{KEY}\n")
        assert stored.returncode == 0
        checked = run("check", "Maksefail", "--json", *where)
        assert checked.returncode == 0
        doctor = run("doctor", *where)
        assert "Maksefail" in doctor.stdout
        told = "".join(each.stdout + each.stderr for each in (stored, checked, doctor))
        assert KEY not in told


def test_a_name_that_no_check_gives_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    where = ("--config", str(file), "--data-dir", str(tmp_path / "data"))
    file.write_text('[[check]]\nname = "a"\nurl = "https://a.example"\n', "utf-8")
    assert "No check in" in run("config", "secret", *where, given="x\n").stderr
    file.write_text(
        '[[check]]\ntype = "healthchecks"\nname = "a"\nurl = "https://a.example"\nslug = "a"\n'
        '[[check]]\ntype = "healthchecks"\nname = "b"\nurl = "https://b.example"\nslug = "b"\nkey_name = "teine"\n',
        "utf-8",
    )
    assert "Say which key: healthchecks, teine." in run("config", "secret", *where, given="x\n").stderr
    assert "Say which key" in run("config", "secret", "jira", *where, given="x\n").stderr
    assert "That is no key" in run("config", "secret", "teine", *where, given="\n").stderr
