"""A notice as the message that a server takes, and as the file that a mail program opens."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from data.mail import Mail, draft_file

SERVER = Mail(host="post.asutus.example", sender="desk@asutus.example", sender_name="Peakasutaja")
MARI, NO_ADDRESS = ("Mari Mets", "mari.mets@asutus.example"), ("Rain Rand", "")


@pytest.mark.parametrize(("mail", "sender"), [(None, None), (SERVER, "Peakasutaja <desk@asutus.example>")])
def test_a_notice_becomes_a_draft_also_where_no_mail_server_is_configured(
    mail: Mail | None, sender: str | None
) -> None:
    content = draft_file(
        mail, "a1", 1_796_368_440_000, [MARI, NO_ADDRESS], "Katkestus\nBcc: x@y.example", "Kood 39001010000"
    )
    made = message_from_bytes(content, policy=policy.default)
    assert (made["From"], made["To"]) == (sender, "Mari Mets <mari.mets@asutus.example>")
    assert (made["X-Unsent"], made["Bcc"], made["Message-ID"]) == ("1", None, "<a1@peakasutaja>")
    assert made["Date"].datetime.isoformat() == "2026-12-04T09:14:00+02:00"
    assert "39001010000" not in made.get_content()
