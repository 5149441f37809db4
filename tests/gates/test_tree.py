"""What stands in the repository and in the README."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator

from data.checks import CHECK_TYPES
from data.checks.base import Check
from data.checks.heartbeat import FEEDS
from data.config import Pings, decode
from data.mail import Mail
from data.payday import Payment, PaymentStage
from data.sla import SlaTarget
from tests.gates.catalogue import ROOT
from tui.cli import COMMANDS

README = (ROOT / "README.md").read_text("utf-8")
ALTERNATIVES = {"heartbeat": set(FEEDS) - {"file"}, "healthchecks": {"tag", "unique_key"}}
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"))]


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Path and text of each file that git tracks or would; none where the project came without its history."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if file.is_file() and file.suffix not in (".png", ".mo", ".db"):
            yield name, file.read_text("utf-8", errors="replace")


def test_no_file_names_a_download_host() -> None:
    assert [name for name, text in tracked_texts() if any(host in text for host in HOSTS)] == []


def test_no_lock_file_and_no_machine_path_is_kept() -> None:
    names = [name for name, _ in tracked_texts()]
    assert [name for name in names if name.endswith((".lock", "lock.json"))] == []
    home = re.compile(rf"{re.escape(str(ROOT.parent))}/|/home/[a-z]+/|C:\\\\?Users\\\\?[A-Za-z]+")
    if len(ROOT.parent.parts) > 1:
        assert [name for name, text in tracked_texts() if home.search(text)] == []


def test_the_example_configuration_is_one() -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.S)
    assert example is not None
    document = tomllib.loads(example[1])
    config = decode(document)
    assert config.jira is not None
    # Every key that the program knows stands in the example, but for those of the demo.
    for section, struct in [("desk", config.desk), ("jira", config.jira), ("sla", config.sla)]:
        assert set(document[section]) == set(struct.__struct_fields__)
    assert set(document["sla"]["target"][0]) == set(SlaTarget.__struct_fields__)
    assert {each["type"] for each in document["check"]} == set(CHECK_TYPES)
    for told, check in zip(document["check"], config.check, strict=True):
        # Those of the first stand there in full, the others' where they differ.
        lacking = set(check.__struct_fields__) - set(Check.__struct_fields__) - {"slow"} - set(told)
        # Of several ways to say the same one is given.
        assert lacking == ALTERNATIVES.get(check.type_name, set())
    assert set(document["check"][0]) - {"type"} == set(config.check[0].__struct_fields__)
    assert [feed for feed in FEEDS if f"- **`{feed}`**" not in README] == []
    assert set(document["pings"]) == set(Pings.__struct_fields__)
    (payment,) = document["payments"].values()
    assert set(payment) == set(Payment.__struct_fields__)
    assert set(payment["stages"][0]) == set(PaymentStage.__struct_fields__)
    assert set(document["mail"]) == set(Mail.__struct_fields__)
    for section in ("contact", "substitution"):
        assert set(document[section][0]) == set(getattr(config, section)[0].__struct_fields__)
    assert set(document["maintenance"][0]) == set(config.maintenance[0].__struct_fields__)
    assert set(document["calendar"][0]) == set(config.calendar[0].__struct_fields__) - {"url"}


def test_the_readme_names_the_two_commands_and_every_other() -> None:
    for command in ("peakasutaja demo", "pytest"):
        assert f"\npython3 -m pip install uv; python3 -m uv run {command}\n" in README
    assert [name for name in COMMANDS if f"`peakasutaja {name}" not in README] == []


def test_pictures_and_links_of_the_readme_are_there() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [target for target in targets if not (ROOT / target).is_file()] == []
