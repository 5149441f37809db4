"""The Estonian catalogue holds exactly what the sources ask for, and every text of it can be shown."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

from tests.gates import catalogue as words

SAME_IN_BOTH = {
    "{hours} h {minutes} min",
    "{n} min",
    "filter",
    "Jira",
    "DEMO",
    "SLA",
    "partner",
    "sprint",
    "terminal",
}
"""Messages whose Estonian equals the English: names, abbreviations and loan words."""

ESTONIAN_IN_SOURCES = {
    "data/config_template.py": {"Koolitused"},  # an example value of the configuration
    "data/text.py": None,  # the alphabet
    "data/rules/sla.py": {"pärast"},  # in the names that people give to Jira's clocks
    "data/rules/patterns.py": None,  # how people write a phone
    "tui/app.py": {"Peakasutaja"},  # the program's name
}
"""Files where a literal may hold Estonian letters: the literals, or None for all of the file."""


@pytest.fixture(scope="module")
def asked() -> dict[words.Message, str]:
    return words.extracted()


@pytest.fixture(scope="module")
def held() -> dict[words.Message, tuple[str, ...]]:
    return words.translations(words.catalogue())


def test_the_catalogue_is_estonian_with_two_plural_forms() -> None:
    source = words.catalogue()
    assert str(source.locale) == "et"
    assert source.num_plurals == 2
    assert source.plural_expr.replace(" ", "") in ("(n!=1)", "n!=1")


def test_every_message_has_its_estonian(
    asked: dict[words.Message, str], held: dict[words.Message, tuple[str, ...]]
) -> None:
    assert {str(message): place for message, place in asked.items() if message not in held} == {}


def test_no_message_is_unused(asked: dict[words.Message, str], held: dict[words.Message, tuple[str, ...]]) -> None:
    assert [str(message) for message in held if message not in asked] == []
    assert list(words.catalogue().obsolete) == []


def test_no_message_stands_twice() -> None:
    assert words.repeated(words.PO.read_text("utf-8")) == []


def test_no_translation_is_empty_or_fuzzy(held: dict[words.Message, tuple[str, ...]]) -> None:
    assert [str(message) for message, forms in held.items() if not all(forms)] == []
    assert [str(entry.id) for entry in words.catalogue() if entry.id and entry.fuzzy] == []


def test_plurals_have_both_forms(held: dict[words.Message, tuple[str, ...]]) -> None:
    assert [str(message) for message, forms in held.items() if len(forms) != (2 if message.plural else 1)] == []


def test_a_translation_equals_its_message_only_where_named(held: dict[words.Message, tuple[str, ...]]) -> None:
    same = {message.id for message, forms in held.items() if not message.plural and forms[0] == message.id}
    wordless = {text for text in same if not re.search(r"[^\W\d_]{2}", re.sub(r"\{.*?\}", "", text))}
    assert sorted(same - wordless - SAME_IN_BOTH) == []


def test_translations_keep_the_placeholders(held: dict[words.Message, tuple[str, ...]]) -> None:
    wrong = {}
    for message, forms in held.items():
        wanted = words.placeholders(message.plural or message.id)
        allowed = wanted | words.placeholders(message.id)
        if words.placeholders(forms[-1]) != wanted or not all(words.placeholders(form) <= allowed for form in forms):
            wrong[str(message)] = forms
    assert wrong == {}


def test_translations_keep_the_white_space_around_a_text(held: dict[words.Message, tuple[str, ...]]) -> None:
    def around(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    wrong = [str(message) for message, forms in held.items() if any(around(f) != around(message.id) for f in forms)]
    assert wrong == []


def test_the_compiled_catalogue_is_up_to_date(held: dict[words.Message, tuple[str, ...]]) -> None:
    with words.PO.with_suffix(".mo").open("rb") as compiled:
        translation = gettext.GNUTranslations(compiled)
    stale = []
    for message, forms in held.items():
        if message.plural:
            read = tuple(translation.ngettext(message.id, message.plural, count) for count in (1, 2))
        elif message.context:
            read = (translation.pgettext(message.context, message.id),)
        else:
            read = (translation.gettext(message.id),)
        if read != forms:
            stale.append(str(message))
    assert stale == [], "the .mo is older than the .po: `uv sync --reinstall-package peakasutaja` compiles it"


def test_no_message_is_put_together_before_it_is_translated() -> None:
    assert [place for file in words.python_files() for place in words.built_messages(file)] == []


def test_no_estonian_is_written_into_the_sources(held: dict[words.Message, tuple[str, ...]]) -> None:
    estonian = {form for message, forms in held.items() for form in forms if len(form) > 4 and form != message.id}
    found = {}
    for file in words.python_files(simulator=False):
        name = file.relative_to(words.ROOT).as_posix()
        allowed = ESTONIAN_IN_SOURCES.get(name, set())
        if allowed is None:
            continue
        for line, text in words.literals(file):
            if (re.search("[õäöüšžÕÄÖÜŠŽ]", text) or text in estonian) and text not in allowed:
                found[f"{name}:{line}"] = text
    assert found == {}


def test_the_checks_see_what_they_must(tmp_path: Path) -> None:
    """A check that sees nothing would pass for ever."""
    source = tmp_path / "bad.py"
    source.write_text(
        'def f(n):\n    "õ"\n    _(f"{n} open")\n    _("a" + n)\n    _("{n}".format(n=n))\n    return "töö"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "ROOT", tmp_path)
        assert list(words.built_messages(source)) == ["bad.py:3", "bad.py:4", "bad.py:5"]
    assert [text for _, text in words.literals(source) if "ö" in text] == ["töö"]
    assert [text for _, text in words.literals(source) if "õ" in text] == []
    assert words.repeated('msgid "a"\nmsgstr "b"\n\nmsgctxt "x"\nmsgid "a"\nmsgstr "c"\n') == []
    assert words.repeated('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n') == ["|a"]
    with pytest.raises(ValueError, match=r"[Ss]ingle|expected"):
        words.placeholders("{n open}}")
