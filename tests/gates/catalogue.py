"""What the sources ask of the message catalogue, and what the catalogue holds."""

from __future__ import annotations

import ast
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("data", "tui")
PO = ROOT / "data/locale/et/LC_MESSAGES/peakasutaja.po"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


class Message(NamedTuple):
    """One text that the program asks to be translated."""

    context: str
    id: str
    plural: str = ""

    def __str__(self) -> str:
        return f"{self.context}|{self.id}" if self.context else self.id


def extracted() -> dict[Message, str]:
    """Every message that the sources mark, with the first place that does."""
    found: dict[Message, str] = {}
    for folder in SOURCES:
        messages = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for name, line, texts, _comments, context in messages:
            first, plural = (texts[0], texts[1]) if isinstance(texts, tuple) else (texts, "")
            found.setdefault(Message(context or "", first, plural), f"{folder}/{name}:{line}")
    for file in python_files():
        for message, line in _inside_f_strings(file):
            found.setdefault(message, f"{file.relative_to(ROOT)}:{line}")
    return found


def _inside_f_strings(file: Path) -> Iterator[tuple[Message, int]]:
    """Messages asked for inside an f-string, which Babel's tokenizer sees from Python 3.12 on only."""
    for joined in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(joined, ast.JoinedStr):
            continue
        for call in ast.walk(joined):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS):
                continue
            texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if call.func.id == "pgettext" and len(texts) == 2:
                yield Message(texts[0], texts[1]), call.lineno
            elif call.func.id == "ngettext" and len(texts) == 2:
                yield Message("", texts[0], texts[1]), call.lineno
            elif call.func.id in ("_", "N_") and texts:
                yield Message("", texts[0]), call.lineno


def catalogue() -> Catalog:
    with PO.open("rb") as lines:
        return read_po(lines)


def translations(source: Catalog) -> dict[Message, tuple[str, ...]]:
    """Each message of the catalogue with its forms (one, or one for each plural)."""
    found = {}
    for entry in source:
        if not entry.id:
            continue
        first, plural = entry.id if isinstance(entry.id, tuple | list) else (entry.id, "")
        forms = tuple(map(str, entry.string)) if isinstance(entry.string, tuple | list) else (entry.string or "",)
        found[Message(entry.context or "", first, plural)] = forms
    return found


def repeated(text: str) -> list[str]:
    """Messages that stand in the catalogue's text more than once; a reader would keep one of them silently."""
    seen: Counter[str] = Counter()
    for block in text.split("\n\n"):
        parts = {"msgctxt": "", "msgid": ""}
        part = ""
        for line in block.splitlines():
            word, _, rest = line.partition(" ")
            if word in ("msgctxt", "msgid", "msgid_plural", "msgstr") or word.startswith("msgstr["):
                if word == "msgid" and parts["msgid"]:
                    seen[f"{parts['msgctxt']}|{parts['msgid']}"] += 1
                    parts = {"msgctxt": "", "msgid": ""}
                part = word
                line = rest
            if part in parts and line.startswith('"'):
                parts[part] += ast.literal_eval(line)
        if parts["msgid"]:
            seen[f"{parts['msgctxt']}|{parts['msgid']}"] += 1
    return [message for message, count in seen.items() if count > 1]


def placeholders(text: str) -> set[str]:
    """Names of the `{…}` fields; raises ValueError where the braces do not match."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def python_files(*, simulator: bool = True) -> list[Path]:
    files = [file for folder in SOURCES for file in sorted((ROOT / folder).rglob("*.py"))]
    return files if simulator else [file for file in files if "simulator" not in file.parts]


def built_messages(file: Path) -> Iterator[str]:
    """Places that hand `_`, `ngettext` or `pgettext` a text put together first, which no catalogue can hold."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        arguments = {"_": node.args[:1], "N_": node.args[:1], "ngettext": node.args[:2], "pgettext": node.args[:2]}
        for argument in arguments.get(name, []):
            if isinstance(argument, ast.JoinedStr | ast.BinOp) or (
                isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format"
            ):
                yield f"{file.relative_to(ROOT)}:{node.lineno}"


def literals(file: Path) -> Iterator[tuple[int, str]]:
    """String literals of a file that are neither docstrings nor message ids, with their lines."""
    tree = ast.parse(file.read_text("utf-8"))
    left_out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in KEYWORDS:
                left_out.update(id(argument) for argument in node.args)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.lineno, node.value
