"""Where personal data stands in a text: personal codes, accounts, e-mail addresses, phone numbers.

Shapes, not validity: a code with a wrong check digit is as personal as a right one. Where a rule must choose, it
hides too much rather than too little. Every search is linear in the length of the text. Only the standard library is
used, because the reading path goes through here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]

_DIGIT = re.compile("[0-9]")
_FEWEST = {"phone": 7, "account": 10, "code": 11}
"""Digits below which a text cannot hold one: most lines are let through on this alone."""
_GROUPED_DIGITS = re.compile("[0-9](?:[ ./_()-]{0,3}[0-9]){6,}")

# A personal code (EVS 585): century and sex, year, month, day, three digits of order, check digit.
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_CODE = re.compile(rf"[1-8][0-9]{{2}}{_MONTH}{_DAY}[0-9]{{4}}")
_LONG_NUMBER = re.compile(r"[0-9]{11,}")
_GAP = "[ ./_-]?"
_WRITTEN_CODE = re.compile(
    rf"(?<![0-9])(?=([1-8]{_GAP}[0-9]{{2}}{_GAP}{_MONTH}{_GAP}{_DAY}{_GAP}[0-9]{{3}}{_GAP}[0-9])(?![0-9]))"
)
_SPELT_CODE = re.compile(
    r"(?<![0-9])(?=([1-8]([ .-])[0-9]\2[0-9]\2(?:0\2[1-9]|1\2[0-2])\2(?:0\2[1-9]|[12]\2[0-9]|3\2[01])(?:\2[0-9]){4})"
    r"(?![0-9]))"
)

# Lengths of the IBAN registry: accounts of digits alone, and those that may hold letters.
_LENGTHS = re.compile("([A-Z]{2})([0-9]{2})")
_DIGITS_ALONE = {
    country: int(length)
    for country, length in _LENGTHS.findall(
        "AE23 AT20 BA20 BE16 BI27 CR22 CZ24 DE22 DJ27 DK18 EE20 EG29 ES24 FI18 FO18 GL18 HR21 HU28 IL23 IS26 LT20 "
        "LY25 ME22 MN20 MR27 NO15 PL28 PT25 RS22 SD18 SE24 SI19 SK24 SO23 ST25 TL23 TN24 VA22 XK20"
    )
}
_WITH_LETTERS = {
    country: int(length)
    for country, length in _LENGTHS.findall(
        "AD24 AL28 AZ28 BG22 BH22 BR29 BY28 CH21 CY28 DO28 FK18 FR27 GB22 GE22 GI23 GR27 GT28 HN28 IE22 IQ23 IT27 "
        "JO30 KW30 KZ20 LB28 LC32 LI21 LU20 LV21 MC27 MD24 MK19 MT31 MU30 NI28 NL18 OM23 PK24 PS29 QA29 RO24 RU33 "
        "SA24 SC31 SM27 SV28 TR26 UA29 VG24 YE30"
    )
}
_ACCOUNT_START = re.compile(r"(?=([A-Za-z]{2})[ -]?[0-9][ -]?[0-9])")
_ACCOUNT_LIKE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{11,30}(?![A-Za-z0-9])")

_LOCAL = r"[\w.+'’!#$&*~^-]"
_ADDRESS = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++(?:@|%40)[\w-]++(?:\.[\w-]++)++")
# Written so that machines do not find it. The sign stands in other texts too: only before a domain is it an address.
_AT_SIGNS = ("(at)", "[at]", "{at}", "(ät)", "[ät]", "{ät}", " ät ")
_DISGUISED_AT = f" {{0,2}}(?:{'|'.join(map(re.escape, _AT_SIGNS))}) {{0,2}}"
_DOT = r"(?:\.| {0,2}(?:\((?:dot|punkt)\)|\[(?:dot|punkt)\]|\{(?:dot|punkt)\}) {0,2})"
_DISGUISED_ADDRESS = re.compile(
    rf"(?<!{_LOCAL}){_LOCAL}++{_DISGUISED_AT}[\w-]++(?:{_DOT}[\w-]++)*{_DOT}[^\W\d_]{{2,}}", re.IGNORECASE
)

_NATIONAL = (
    "(?:[0-9]{7,8}|[0-9]{3,4}[ -][0-9]{3,4}|[0-9]{2}[ -][0-9]{3}[ -][0-9]{3}|[0-9]{3}[ -][0-9]{2}[ -][0-9]{2,3}"
    "|[0-9]{4}[ -][0-9]{2}[ -][0-9]{2}|[0-9]{2}(?:[ -][0-9]{2}){3})(?![0-9])"
)
_NOT_A_SUM = r"(?![\w-]|[.,:/][0-9]|[ ]?(?:€|%|[Ee][Uu][Rr]|[Kk]roon|[mk]?s\b|[kKMGT]i?B\b))"
_PHONE = re.compile(
    rf"(?:\+|(?<![0-9])00)372\)?[ -]?{_NATIONAL}"
    rf"|(?<![\w.-])(?<![0-9][,:/])372[ -]?{_NATIONAL}"
    r"|(?:\+|(?<![0-9])00(?=372|358|37[01]|4[46789]|7))[0-9]{1,3}\)?[ -]?(?:\(0\)[ -]?)?(?:[0-9][ -]?){6,11}[0-9]"
    r"|(?<![\w-])(?<![0-9][.,:/])(?:"
    r"[3-8][0-9]{2}(?: |-(?![0-9]{2}00))[0-9]{4}"  # a range of round numbers is not a phone
    r"|[3-8][0-9]{2}[ -][0-9]{2}[ -][0-9]{2}"
    r"|(?:5[0-9]{3}|8[0-2][0-9]{2})(?: |-(?![0-9]{1,2}00))[0-9]{3,4}"
    r"|5[0-9] [0-9]{3} [0-9]{3}|5[0-9](?: [0-9]{2}){3}|5[0-9]{7}"
    rf"){_NOT_A_SUM}"
)
_NAMED_PHONE = re.compile(
    r"(?:(?<![a-zõäöü])(?:tel|mob)|telefon|mobiil|phone)[a-zõäöü]{0,20}[.:]{0,2} {0,2}"
    r"([0-9](?:[ -]?[0-9]){6,7})(?![0-9])",
    re.IGNORECASE,
)

_ODD_SIGN = re.compile("[^\\D0-9]|[\u00a0\u2007\u2009\u202f‐‑‒–—−＋＠]")
_ODD_SIGNS = dict(zip("\u00a0\u2007\u2009\u202f‐‑‒–—−＋＠", "    ------+@", strict=True))


def personal_spans(text: str) -> list[Span]:
    """Where personal data stands in `text`, as (start, stop) in order and without overlaps."""
    if not text.isascii():
        # Digits, spaces and dashes of other alphabets read as ours; each stays one character, so places stay.
        text = _ODD_SIGN.sub(_plain_sign, text)
    spans: list[Span] = []
    if "@" in text or "%40" in text:
        spans += _addresses(text)
    lower = text.lower()
    if any(sign in lower for sign in _AT_SIGNS):
        spans += _disguised_addresses(text)
    digits = len(_DIGIT.findall(text))
    if digits >= _FEWEST["phone"] and _GROUPED_DIGITS.search(text):
        spans += _phones(text)
        if digits >= _FEWEST["code"]:
            spans += _codes(text)
    if digits >= _FEWEST["account"]:
        spans += _accounts(text)
    return _merged(spans)


def _plain_sign(odd: re.Match[str]) -> str:
    return _ODD_SIGNS.get(odd[0]) or str(unicodedata.decimal(odd[0]))


def _codes(text: str) -> Iterator[Span]:
    for number in _LONG_NUMBER.finditer(text):
        # Reference numbers and file names hold a code among other digits: the whole number goes.
        if any(_CODE.match(text, start) for start in range(number.start(), number.end() - 10)):
            yield number.span()
    for pattern in (_WRITTEN_CODE, _SPELT_CODE):
        yield from (found.span(1) for found in pattern.finditer(text))


def _accounts(text: str) -> Iterator[Span]:
    for found in _ACCOUNT_START.finditer(text):
        country = found[1].upper()
        if length := _DIGITS_ALONE.get(country):
            stop = _account_end(text, found.start(), length, letters=False)
        elif length := _WITH_LETTERS.get(country):
            glued = found.start() and text[found.start() - 1].isalnum()
            stop = None if glued else _account_end(text, found.start(), length, letters=True)
        else:
            continue
        if stop:
            yield found.start(), stop
    for like in _ACCOUNT_LIKE.finditer(text):  # a character too few or too many
        country = like[0][:2].upper()
        known = country in _DIGITS_ALONE or country in _WITH_LETTERS
        if known and sum(map(str.isdigit, like[0])) >= _FEWEST["account"]:
            yield like.span()


def _account_end(text: str, start: int, length: int, *, letters: bool) -> int | None:
    """Where an account of `length` characters from `start` ends, or None when the text there is not one.

    Accounts of digits may be spaced in any way; those with letters only in groups of four, since words would do.
    """
    taken = digits = 0
    place = start
    while taken < length and place < len(text):
        sign = text[place]
        if sign.isascii() and (sign.isdigit() if not letters and taken > 1 else sign.isalnum()):
            taken += 1
            digits += sign.isdigit()
        elif sign not in " -" or text[place - 1] in " -" or (letters and taken % 4):
            return None
        place += 1
    if taken < length or digits < _FEWEST["account"]:
        return None
    return None if letters and text[place : place + 1].isalnum() else place


def _addresses(text: str) -> Iterator[Span]:
    return (found.span() for found in _ADDRESS.finditer(text))


def _disguised_addresses(text: str) -> Iterator[Span]:
    return (found.span() for found in _DISGUISED_ADDRESS.finditer(text))


def _phones(text: str) -> Iterator[Span]:
    yield from (found.span() for found in _PHONE.finditer(text))
    yield from (found.span(1) for found in _NAMED_PHONE.finditer(text))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
