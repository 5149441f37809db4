"""What the answers of a security server say: lists of services, health data and operational data, as plain counts.

Protocol (X-Road: Service Metadata Protocol, Service Metadata Protocol for REST, Operational Monitoring Protocol; facts
on service status, "X-Road"). All raise UnreadableError for what is not such an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

import msgspec
from msgspec import Struct

from data.checks.xroad_messages import OPMON, XROAD, UnreadableError, identifier_in, number_of, text_of

_T = TypeVar("_T")
_OM = f"{{{OPMON}}}"


class Tally(NamedTuple):
    """How requests for a service went."""

    good: int = 0
    bad: int = 0
    mean_ms: float | None = None
    """Of a request, from being sent to being answered."""
    fault: str = ""
    """The code that the most of the failed ones had; empty where none is told."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.good + self.bad


class Health(NamedTuple):
    """What a security server counted of its own services since it was started. Times are UTC epoch milliseconds."""

    started_ms: int
    period_seconds: int
    services: dict[tuple[str, ...], Tally]


class _Service(Struct):
    service_code: str
    service_version: str | None = None


class _Services(Struct):
    service: list[_Service]


class Record(Struct, rename="camel"):
    """Operational data of one request, without whose errand it was. Times are UTC epoch milliseconds."""

    security_server_type: str = ""
    service_x_road_instance: str | None = ""
    service_member_class: str | None = ""
    service_member_code: str | None = ""
    service_subsystem_code: str | None = ""
    service_code: str | None = ""
    service_version: str | None = ""
    request_out_ts: int | None = None
    response_in_ts: int | None = None
    succeeded: bool = False
    fault_code: str | None = None
    soap_fault_code: str | None = None
    """What it was called before version 7."""

    @property
    def service(self) -> tuple[str, ...]:
        """The codes of what was asked."""
        codes = (
            self.service_x_road_instance,
            self.service_member_class,
            self.service_member_code,
            self.service_subsystem_code,
            self.service_code,
            self.service_version,
        )
        return tuple(code or "" for code in codes)


class _Records(Struct):
    records: list[Record]


def listed_by_rest(content: bytes) -> list[tuple[str, str]]:
    """Code and version of each service in an answer to `listMethods` over REST."""
    return [(each.service_code, each.service_version or "") for each in _decoded(content, _Services).service]


def listed_by_soap(body: Element) -> list[tuple[str, str]]:
    """Code and version of each service in an answer to `listMethods` over SOAP."""
    _require(body, f"{{{XROAD}}}listMethodsResponse")
    return [identifier_in(each)[-2:] for each in body.findall(f"{{{XROAD}}}service")]  # type: ignore[misc]


def health_in(body: Element) -> Health:
    """An answer to `getSecurityServerHealthData`, in whose numbers there may be white space."""
    _require(body, f"{_OM}getSecurityServerHealthDataResponse")
    started = number_of(body, f"{_OM}monitoringStartupTimestamp")
    period = number_of(body, f"{_OM}statisticsPeriodSeconds")
    services = {}
    for events in body.findall(f"{_OM}servicesEvents/{_OM}serviceEvents"):
        service, counted = events.find(f"{_OM}service"), events.find(f"{_OM}lastPeriodStatistics")
        if service is not None and counted is not None:
            services[identifier_in(service)] = Tally(
                round(number_of(counted, f"{_OM}successfulRequestCount") or 0),
                round(number_of(counted, f"{_OM}unsuccessfulRequestCount") or 0),
                number_of(counted, f"{_OM}requestAverageDuration"),
            )
    return Health(round(started or 0), round(period or 0), services)


def records_in(content: bytes) -> list[Record]:
    """The records of an unpacked attachment of `getSecurityServerOperationalData`."""
    return _decoded(content, _Records).records


def next_from(body: Element) -> int | None:
    """From which second on the rest is to be asked (UTC epoch); None where there is no more."""
    _require(body, f"{_OM}getSecurityServerOperationalDataResponse")
    found = number_of(body, f"{_OM}nextRecordsFrom")
    return None if found is None else int(found)


def attachment_of(body: Element) -> str:
    """The content id of the attachment that holds the records."""
    return text_of(body, f"{_OM}records").removeprefix("cid:")


def tally_of(records: Iterable[Record], wanted: Sequence[str]) -> Tally:
    """How the requests went that our own side sent to `wanted`."""
    sent = [each for each in records if each.security_server_type == "Client" and is_of(each.service, wanted)]
    good = [each for each in sent if each.succeeded]
    took = [
        each.response_in_ts - each.request_out_ts
        for each in good
        if each.response_in_ts is not None and each.request_out_ts is not None
    ]
    faults = Counter(code for each in sent if not each.succeeded and (code := each.fault_code or each.soap_fault_code))
    return Tally(
        len(good),
        len(sent) - len(good),
        sum(took) / len(took) if took else None,
        next((code for code, _count in faults.most_common(1)), ""),
    )


def health_of(health: Health, wanted: Sequence[str]) -> Tally:
    """How the requests went that reached `wanted` in the last period."""
    found = [tally for service, tally in health.services.items() if is_of(service, wanted)]
    timed = [(tally.mean_ms, tally.total) for tally in found if tally.mean_ms is not None and tally.total]
    total = sum(count for _mean, count in timed)
    mean_ms = sum(mean * count for mean, count in timed) / total if total else None
    return Tally(sum(each.good for each in found), sum(each.bad for each in found), mean_ms)


def is_of(service: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether `service` is the one that is wanted: that version, or any, or any service of that subsystem."""
    return tuple(service[: len(wanted)]) == tuple(wanted)


def _require(body: Element, tag: str) -> None:
    if body.tag != tag:
        raise UnreadableError("another answer")


def _decoded(content: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise UnreadableError("no such JSON") from error
