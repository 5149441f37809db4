"""Words for people: one gettext catalogue shared by screen, command line, reports and mail.

Message ids are the English texts, so English needs no catalogue; Estonian (`data/locale/et`) comes first on screen.
`_` and `ngettext` translate when called; `N_` marks a text that is translated later, where it is shown.
"""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path

LANGUAGES = ("et", "en")
DOMAIN = "peakasutaja"
LOCALE_DIR = Path(__file__).with_name("locale")

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Switches every later `_` of this process to `language`, one of `LANGUAGES`; anything else falls to Estonian."""
    global _catalogue, _language
    _language = language if language in LANGUAGES else LANGUAGES[0]
    _catalogue = (
        _gettext.NullTranslations()
        if _language == "en"
        else _gettext.translation(DOMAIN, LOCALE_DIR, languages=[_language])
    )


def language() -> str:
    """The language in use."""
    return _language


def _(message: str) -> str:
    """`message` in the language in use."""
    return _catalogue.gettext(message)


def N_(message: str) -> str:
    """Marks `message` for the catalogue without translating it yet."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for `count` in the language in use; the caller fills `{n}` in."""
    return _catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """`message` in the language in use, told apart from equal English words by `context`."""
    return _catalogue.pgettext(context, message)
