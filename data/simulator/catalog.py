"""What the invented Jira calls things: projects, types, statuses, priorities and custom fields, with their ids."""

from __future__ import annotations

from dataclasses import dataclass

SKAH = "SKAH"
"""Maintenance tickets (*SKA hoolduspiletid*), a service-desk project with SLA clocks."""
PERE = "PERE"
"""Developments of the family benefits, a software project with epics, versions and sprints."""


@dataclass(frozen=True, slots=True)
class Project:
    """A Jira project."""

    id: int
    key: str
    name: str
    type_key: str
    description: str


PROJECTS = {
    SKAH: Project(10400, SKAH, "SKA hoolduspiletid", "service_desk", "Perehüvitiste rakenduste hooldus (demo)"),
    PERE: Project(10500, PERE, "Perehüvitiste arendused", "software", "Perehüvitiste arendustööd (demo)"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """A status and the category that tells what it means."""

    id: str
    name: str
    category: str


NEW = Status("10001", "Uus", "new")
WORKING = Status("3", "Töös", "indeterminate")
WAITING = Status("10003", "Ootel", "indeterminate")
RESOLVED = Status("5", "Lahendatud", "done")
CLOSED = Status("6", "Suletud", "done")
TO_DO = Status("10010", "Tegemata", "new")
DEVELOPING = Status("10011", "Arenduses", "indeterminate")
TESTING = Status("10012", "Testimisel", "indeterminate")
READY = Status("10013", "Valmis", "done")
STATUSES = (NEW, WORKING, WAITING, RESOLVED, CLOSED, TO_DO, DEVELOPING, TESTING, READY)

CATEGORIES = {
    "undefined": (1, "medium-gray", "Kategooriata"),
    "new": (2, "default", "Tegemata"),
    "done": (3, "success", "Valmis"),
    "indeterminate": (4, "inprogress", "Töös"),
}
"""Id, colour and localised name of each status category; the keys are the same on every server."""

NEXT = {
    NEW: (WORKING,),
    WORKING: (WAITING, RESOLVED),
    WAITING: (WORKING,),
    RESOLVED: (CLOSED, WORKING),
    CLOSED: (WORKING,),
    TO_DO: (DEVELOPING,),
    DEVELOPING: (TESTING,),
    TESTING: (READY, DEVELOPING),
    READY: (TESTING,),
}
"""The transitions of the two workflows."""


@dataclass(frozen=True, slots=True)
class IssueType:
    """An issue type."""

    id: str
    name: str
    description: str
    subtask: bool = False


FAULT = IssueType("10100", "Viga", "Rakendus ei tee seda, mida peab")
REQUEST = IssueType("10101", "Teenuspäring", "Andmete parandamine, õigused, väljavõte")
QUESTION = IssueType("10102", "Küsimus", "Selgitus rakenduse toimimise kohta")
NEED = IssueType("10103", "Arendusvajadus", "Soov rakendust muuta")
EPIC = IssueType("10200", "Eepos", "Suurem arendus")
STORY = IssueType("10201", "Kasutajalugu", "Kasutajale nähtav osa arendusest")
TASK = IssueType("10202", "Ülesanne", "Töö, mis tuleb ära teha")
SUBTASK = IssueType("10203", "Alamülesanne", "Osa teisest tööst", subtask=True)
ISSUE_TYPES = (FAULT, REQUEST, QUESTION, NEED, EPIC, STORY, TASK, SUBTASK)

PRIORITIES = (
    ("1", "K1 kriitiline", "Teenus ei tööta või maksed on ohus", "#d04437"),
    ("2", "K2 kõrge", "Töö on oluliselt takistatud", "#f15c75"),
    ("3", "K3 tavaline", "Töö on takistatud, on olemas ümbertee", "#f79232"),
    ("4", "K4 madal", "Ilu- ja mugavusviga", "#707070"),
)
"""Id (1 is the most urgent), name, description and colour."""

COMPONENTS = {
    "SKAIS2 menetlus": 10601,
    "SKAIS1 maksed": 10602,
    "eesti.ee iseteenindus": 10603,
    "X-tee liides": 10604,
    "Dokumendid": 10605,
    "Aruandlus": 10606,
    "Õigused": 10607,
}

EPIC_LINK = "customfield_10100"
EPIC_LABEL = "customfield_10101"
SPRINT = "customfield_10104"
RANK = "customfield_10105"
FLAGGED = "customfield_10106"
TARGET_START = "customfield_10110"
TARGET_END = "customfield_10111"
SLA_RESPONSE = "customfield_10200"
SLA_RESOLUTION = "customfield_10201"

CUSTOM_FIELDS = (
    (EPIC_LINK, "Eepose link", "com.pyxis.greenhopper.jira:gh-epic-link", "any", ""),
    (EPIC_LABEL, "Eepose nimi", "com.pyxis.greenhopper.jira:gh-epic-label", "string", ""),
    (SPRINT, "Sprint", "com.pyxis.greenhopper.jira:gh-sprint", "array", "string"),
    (RANK, "Järjestus", "com.pyxis.greenhopper.jira:gh-lexo-rank", "any", ""),
    (FLAGGED, "Flagged", "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes", "array", "option"),
    (TARGET_START, "Kavandatud algus", "com.atlassian.jpo:jpo-custom-field-baseline-start", "date", ""),
    (TARGET_END, "Kavandatud lõpp", "com.atlassian.jpo:jpo-custom-field-baseline-end", "date", ""),
    (SLA_RESPONSE, "Reageerimisaeg", "com.atlassian.servicedesk:sd-sla-field", "sd-servicelevelagreement", ""),
    (SLA_RESOLUTION, "Lahendamisaeg", "com.atlassian.servicedesk:sd-sla-field", "sd-servicelevelagreement", ""),
)
"""Id, localised name, `schema.custom`, `schema.type` and `schema.items` of each custom field."""

SYSTEM_FIELDS = (
    ("issuetype", "Tüüp", "issuetype", ""), ("project", "Projekt", "project", ""), ("summary", "Pealkiri", "string",
     ""),
    ("description", "Kirjeldus", "string", ""), ("status", "Olek", "status", ""), ("priority", "Prioriteet",
     "priority", ""),
    ("resolution", "Lahendus", "resolution", ""), ("resolutiondate", "Lahendatud", "datetime", ""),
    ("assignee", "Täitja", "user", ""), ("reporter", "Teataja", "user", ""), ("creator", "Looja", "user", ""),
    ("created", "Loodud", "datetime", ""), ("updated", "Muudetud", "datetime", ""), ("duedate", "Tähtaeg", "date", ""),
    ("labels", "Märksõnad", "array", "string"), ("components", "Komponendid", "array", "component"),
    ("fixVersions", "Väljalase", "array", "version"), ("versions", "Mõjutatud versioon", "array", "version"),
    ("issuelinks", "Seotud piletid", "array", "issuelinks"), ("subtasks", "Alamülesanded", "array", "issuelinks"),
    ("parent", "Ülempilet", "issuelink", ""), ("comment", "Kommentaar", "comments-page", ""),
    ("worklog", "Tööaeg", "array", "worklog"), ("attachment", "Manused", "array", "attachment"),
    ("environment", "Keskkond", "string", ""), ("votes", "Hääled", "votes", ""), ("watches", "Jälgijad", "watches", ""),
)  # fmt: skip
"""Id, localised name, `schema.type` and `schema.items` of each system field."""
NOT_NAVIGABLE = frozenset({"comment", "worklog", "attachment"})
"""System fields that do not come unasked."""

LINK_TYPES = {
    "blocks": ("10300", "Takistus", "on takistatud", "takistab"),
    "relates": ("10301", "Seos", "on seotud", "on seotud"),
}
"""Id, name, inward and outward word of each kind of link."""
