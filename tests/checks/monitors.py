"""A real Prometheus, Alertmanager and blackbox_exporter on loopback, watching one page that tests break."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.upstream import wait_for

PROMETHEUS, ALERTMANAGER, EXPORTER = PROGRAMS = (
    "prometheus",
    "prometheus-alertmanager",
    "prometheus-blackbox-exporter",
)
TRIES = 3
"""A port that was free may be taken before the program has it."""

_PROMETHEUS = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
scrape_configs:
  - job_name: page
    metrics_path: /probe
    params: {{module: [page], target: ["{page}"]}}
    static_configs: [{{targets: ["{exporter}"]}}]
"""
_RULES = """
groups:
  - name: page
    rules:
      - {alert: Watchdog, expr: vector(1), labels: {severity: none}}
      - {alert: PageDown, expr: probe_success == 0, labels: {severity: critical, part: page},
         annotations: {summary: the page does not answer}}
"""
_ALERTMANAGER = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
_EXPORTER = "modules: {page: {prober: http, timeout: 5s}}\n"


class Page:
    """A page on loopback that answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(page.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_given: object) -> None:
                """Nothing is written."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Program:
    """One of the programs; it answers at `url`."""

    def __init__(self, name: str, folder: Path, options: Callable[[str], list[str]]) -> None:
        ready = "healthy" if name == EXPORTER else "ready"
        for _each in range(TRIES):
            self.address = f"127.0.0.1:{_free_port()}"
            self.url = f"http://{self.address}"
            self._process = subprocess.Popen(
                [shutil.which(name) or name, *options(self.address)],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            wait_for(lambda: self._answers(ready) or self._process.poll() is not None, name, 60)
            if self._answers(ready):
                return
        raise AssertionError(f"{name} does not start")

    def _answers(self, ready: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/{ready}", timeout=5):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Monitors:
    """All of them, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.page = Page()
        (folder / "exporter.yml").write_text(_EXPORTER)
        (folder / "alertmanager.yml").write_text(_ALERTMANAGER)
        (folder / "rules.yml").write_text(_RULES)
        self.exporter = Program(
            EXPORTER, folder, lambda address: ["--config.file=exporter.yml", f"--web.listen-address={address}"]
        )
        self.alertmanager = Program(
            ALERTMANAGER,
            folder,
            lambda address: [
                "--config.file=alertmanager.yml",
                f"--web.listen-address={address}",
                "--cluster.listen-address=",
                "--storage.path=alertmanager",
            ],
        )
        (folder / "prometheus.yml").write_text(
            _PROMETHEUS.format(
                alertmanager=self.alertmanager.address, page=self.page.url, exporter=self.exporter.address
            )
        )
        self.prometheus = Program(
            PROMETHEUS,
            folder,
            lambda address: [
                "--config.file=prometheus.yml",
                f"--web.listen-address={address}",
                "--storage.tsdb.path=prometheus",
                # What is fired before the Alertmanager is known is sent again after this, by default after a minute.
                "--rules.alert.resend-delay=1s",
            ],
        )

    def silence(self) -> None:
        """Somebody silences the alert of the page."""
        matcher = {"name": "part", "value": "page", "isRegex": False, "isEqual": True}
        silence = {"matchers": [matcher], "createdBy": "Kati Katse", "comment": "teame"}
        silence |= {"startsAt": "2026-01-01T00:00:00Z", "endsAt": "2999-01-01T00:00:00Z"}
        content = json.dumps(silence).encode()
        kind = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.alertmanager.url}/api/v2/silences", content, kind)
        with urllib.request.urlopen(request, timeout=20):
            pass

    def close(self) -> None:
        for each in (self.prometheus, self.alertmanager, self.exporter):
            each.kill()
        self.page.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
