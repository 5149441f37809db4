"""The types of checks by the name that the configuration gives them."""

from __future__ import annotations

from data.checks.alertmanager import AlertmanagerCheck
from data.checks.base import Check
from data.checks.healthchecks import HealthchecksCheck
from data.checks.heartbeat import HeartbeatCheck
from data.checks.http import HttpCheck
from data.checks.manual import ManualCheck
from data.checks.prometheus import PrometheusCheck
from data.checks.tcp import TcpCheck
from data.checks.tls import TlsCheck
from data.checks.xroad import XRoadCheck

CHECK_TYPES: dict[str, type[Check]] = {
    each.type_name: each
    for each in (
        HttpCheck,
        TcpCheck,
        TlsCheck,
        PrometheusCheck,
        AlertmanagerCheck,
        XRoadCheck,
        HealthchecksCheck,
        HeartbeatCheck,
        ManualCheck,
    )
}
DEFAULT_TYPE = HttpCheck.type_name
