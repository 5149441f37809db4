"""Whom to ask about a service, who is told of its outages, and where its documents are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from data.language import _
from data.rules.contacts import Contact, helpers, recipients
from tui.widgets.document import Block, Fact
from tui.widgets.line import Run

if TYPE_CHECKING:
    from data.config import Config


def contact_blocks(service: str, config: Config, today: date) -> list[Block]:
    """What the configuration says of people and documents around `service`."""
    blocks: list[Block] = [Fact(_("Contact"), _contact(each)) for each in helpers(service, config.contact)]
    if told := recipients(service, config.contact, config.substitution, today):
        blocks.append(Fact(_("Is told"), ((", ".join(each.contact.name for each in told), ""),)))
    documents: Mapping[str, str] = next((each.documents for each in config.check if each.name == service), {})
    blocks += [Fact(_("Document"), ((name, ""), (f"  {url}", "quiet"))) for name, url in documents.items()]
    return blocks


def _contact(contact: Contact) -> list[Run]:
    details = (contact.role, contact.organisation, contact.hours, contact.phone, contact.email)
    return [(contact.name, ""), *((f"  {each}", "quiet") for each in details if each)]
