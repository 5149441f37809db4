"""What a fault code of X-Road tells: the state, and who is to blame, in the style of either version."""

from __future__ import annotations

import pytest

from data.model import Outcome
from data.rules.xroad import CODE_LENGTH, Blame, blame_of, normalised, verdict


@pytest.mark.parametrize(
    ("code", "outcome", "blame"),
    [
        ("Server.ServerProxy.ServiceDisabled", Outcome.MAINTENANCE, Blame.PARTNER),
        ("server.serverproxy.service_disabled", Outcome.MAINTENANCE, Blame.PARTNER),
        ("server.serverproxy.maintenance_mode", Outcome.MAINTENANCE, Blame.PARTNER_SERVER),
        ("server.clientproxy.maintenance_mode", Outcome.MAINTENANCE, Blame.OUR_SERVER),
        ("Server.ServerProxy.ServiceFailed.HttpError", Outcome.FAIL, Blame.PARTNER_SYSTEM),
        ("server.serverproxy.service_failed.http_error", Outcome.FAIL, Blame.PARTNER_SYSTEM),
        ("Server.ServerProxy.NetworkError", Outcome.FAIL, Blame.PARTNER_SERVER),
        ("Server.ServerProxy.DatabaseError", Outcome.FAIL, Blame.PARTNER_SERVER),
        ("Server.ServerProxy.InternalError", Outcome.FAIL, Blame.PARTNER_SERVER),
        ("Server.ClientProxy.ServiceFailed.MissingBody", Outcome.FAIL, Blame.PATH),
        ("Server.ClientProxy.NetworkError", Outcome.FAIL, Blame.PATH),
        ("Server.ClientProxy.OutdatedGlobalConf", Outcome.FAIL, Blame.OUR_SERVER),
        ("server.clientproxy.global_conf_outdated", Outcome.FAIL, Blame.OUR_SERVER),
        ("Server.ClientProxy.SslAuthenticationFailed", Outcome.FAIL, Blame.OUR_SERVER),
        ("Server.ClientProxy.CannotCreateSignature.Signer.TokenNotActive", Outcome.FAIL, Blame.OUR_SERVER),
        ("signer.token_not_available", Outcome.FAIL, Blame.OUR_SERVER),
        ("Server.ServerProxy.AccessDenied", Outcome.UNKNOWN, Blame.US),
        ("Server.ServerProxy.UnknownService", Outcome.UNKNOWN, Blame.US),
        ("Server.ClientProxy.UnknownMember", Outcome.UNKNOWN, Blame.US),
        ("Client.BadRequest", Outcome.UNKNOWN, Blame.US),
        ("SOAP-ENV:Client", Outcome.DEGRADED, Blame.PARTNER),
        ("SOAP-ENV:Server", Outcome.DEGRADED, Blame.PARTNER),
        ("andmebaas_hoolduses", Outcome.DEGRADED, Blame.PARTNER),
        ("", Outcome.DEGRADED, Blame.PARTNER),
    ],
)
def test_a_code_tells_state_and_blame(code: str, outcome: Outcome, blame: Blame) -> None:
    assert verdict(code) == (outcome, blame)
    assert verdict(normalised(code)) == (outcome, blame)


def test_both_styles_and_both_names_are_one_code() -> None:
    assert normalised("Server.ClientProxy.OutdatedGlobalConf") == normalised("server.clientproxy.global_conf_outdated")
    assert normalised("Server.ServerProxy.ServiceDisabled") == "server.serverproxy.servicedisabled"


def test_a_hostile_code_leaves_letters_and_dots_of_a_bounded_length() -> None:
    assert normalised("\x1b]0;Server.\x9b31mX[/]<b>") == "server.mxb"
    assert len(normalised("a." * 1_000_000)) <= CODE_LENGTH


def test_only_a_fault_of_xroad_tells_the_blame() -> None:
    assert blame_of("xroad server.serverproxy.servicefailed.httperror") is Blame.PARTNER_SYSTEM
    assert blame_of("http 503") is None
    assert blame_of("") is None
