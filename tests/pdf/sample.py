"""The made-up facts of the sample pack."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

CHART = b"""<svg xmlns="http://www.w3.org/2000/svg" width="480" height="150" viewBox="0 0 480 150">
<path d="M30 10V130H470" fill="none" stroke="#4c6272"/>
<path d="M40 30L110 42L180 51L250 70L320 84L390 90L460 98" fill="none" stroke="#005eb8" stroke-width="2.5"/></svg>"""

PARAGRAPH = (
    "People who could be cared for at home still come to hospital because the six areas answer the telephone "
    "differently, at different hours, and with different rules about who may be referred. A single service would "
    "answer in one place, day and night, and send a nurse within two hours; the areas that have tried it saw fewer "
    "admissions of people over seventy-five and fewer stays of more than a week."
)


class Doc(dict[str, str]):
    """A mapping whose missing keys read as empty, as the pack's own facts object does."""

    def __missing__(self, key: str) -> str:
        return ""


def doc(**more: str) -> Doc:
    return Doc(
        title="Riverside Clinical Commissioning Group: Governing Body, 11 November 2015, Part 1",
        author="Riverside Clinical Commissioning Group",
        created="2015-11-04T17:12:00Z",
        body="Riverside CCG Governing Body",
        meeting="11 November 2015",
        part="Part 1: in public",
        version="Version 1, released 4 November 2015",
        **more,
    )


def tag_macros(loader: FileSystemLoader) -> Any:
    template: Template = Environment(loader=loader, autoescape=True).get_template("pdf/components/tags.html")
    return template.module


def sample_context() -> dict[str, Any]:
    names = [
        "Urgent and emergency care",
        "Maternity",
        "Mental health",
        "Primary care",
        "Children",
        "Planned care",
        "Estates",
        "Digital",
    ]
    ratings = [
        ("amber", "green"),
        ("red", "amber"),
        ("green", "amber"),
        ("blue", "green"),
        ("green", "green"),
        ("amber", "amber"),
        ("red", "red"),
        ("green", None),
    ]
    brag = {"Blue": "blue", "Red": "red", "Amber": "amber", "Green": "green"}

    def chip(word: str) -> Markup:
        return Markup('<span class="tag tag-{}">{}</span>').format(brag[word], word)

    workstreams = [
        {
            "name": name,
            "brag": now,
            "was": was,
            "sro": "Dr A. Okafor",
            "periods": [
                (
                    "Specification drafted with all six areas; public events held in four of them.",
                    "Specification agreed by five areas. Łucja Żak has joined as clinical lead.",
                ),
                (
                    "Recruitment opened for nine posts.",
                    "Seven of nine posts filled; two advertised again on 12 October 2015.",
                ),
            ],
            "milestones": [
                [
                    f"Milestone {n}: the service answers in {n} of 6 areas",
                    f"{n} September 2015",
                    f"{n + 20} October 2015",
                    f"{n + 19 + n}",
                    chip(word),
                ]
                for n, word in enumerate(["Blue", "Green", "Amber", "Red", "Green"], start=1)
            ],
            "risks": [
                [
                    "Posts stay empty over the winter",
                    "4",
                    "4",
                    "16",
                    "Agency cover agreed to 31 March 2016; bursaries for returning nurses.",
                ],
                ["Two systems cannot share records", "3", "4", "12", "A read-only view from 1 December 2015."],
            ],
        }
        for name, (now, was) in zip(names, ratings, strict=True)
    ]
    entries: list[dict[str, Any]] = [
        {"anchor": "front", "title": "At a glance", "number": "", "level": 1},
        {"anchor": "agenda", "title": "Agenda", "number": "1", "level": 1},
        {"anchor": "interests", "title": "Register of interests", "number": "2", "level": 1},
        {"anchor": "actions", "title": "Action log", "number": "3", "level": 1},
    ]
    entries += [
        {"anchor": f"workstream-{n}", "title": name, "number": f"4.{n}", "level": 2}
        for n, name in enumerate(names, start=1)
    ]
    entries += [
        {
            "anchor": "paper-1",
            "title": "Paper 1: Hospital at home, one service for six areas",
            "number": "5",
            "level": 1,
        },
        {"anchor": "matrix", "title": "Sign-off by the six bodies", "number": "6", "level": 1},
        {"anchor": "glossary", "title": "Glossary", "number": "7", "level": 1},
        {"anchor": "verification", "title": "About this copy", "number": "", "level": 1},
    ]
    agenda = [
        {
            "number": "1",
            "title": "Welcome and apologies",
            "purpose": "Noting",
            "lead": "Chair",
            "paper": "",
            "time": "1.00",
            "anchor": "",
            "demonstration": False,
        },
        {
            "number": "2",
            "title": "Declarations of interest",
            "purpose": "Noting",
            "lead": "Chair",
            "paper": "Enc. A",
            "time": "1.05",
            "anchor": "interests",
            "demonstration": False,
        },
        {
            "number": "3",
            "title": "Actions from last time",
            "purpose": "Noting",
            "lead": "Chair",
            "paper": "Enc. B",
            "time": "1.10",
            "anchor": "actions",
            "demonstration": False,
        },
        {
            "number": "4",
            "title": "Programme update",
            "purpose": "Discussion",
            "lead": "Programme Director",
            "paper": "Enc. C",
            "time": "1.20",
            "anchor": "workstream-1",
            "demonstration": True,
        },
        {
            "number": "5",
            "title": "Hospital at home: one specification for the six areas",
            "purpose": "Decision",
            "lead": "Dr A. Okafor",
            "paper": "Enc. D",
            "time": "1.50",
            "anchor": "paper-1",
            "demonstration": True,
        },
    ]
    approved = {"word": "Approved", "colour": "green", "note": "28 October 2015"}
    conditions = {"word": "With conditions", "colour": "amber", "note": "21 October 2015"}
    waiting = {"word": "Waiting", "colour": "grey", "note": "meets 11 Nov"}
    refused = {"word": "Not agreed", "colour": "red", "note": "14 October 2015"}
    bodies = ["Riverside", "Northfield", "Eastmoor", "Kingsholm", "Southgate", "Westbrook"]
    return {
        "doc": doc(),
        "entries": entries,
        "agenda": agenda,
        "interests": [
            [
                f"Member {n}",
                ["GP member", "Lay member", "Nurse", "Secondary care doctor"][n % 4],
                "Partner in a practice that may bid for the service at item 5; leaves for that item."
                if n % 4 == 0
                else "None",
                "1 October 2015",
            ]
            for n in range(1, 34)
        ],
        "actions": [
            [f"Action {n}: report back on the winter plan", "Programme Director", f"{n} November 2015", str(n * 3 % 11)]
            for n in range(1, 19)
        ],
        "workstreams": workstreams,
        "paragraphs": [PARAGRAPH] * 9,
        "sheet": [
            ("Paper", "1, Enclosure D"),
            ("Author", "Dr A. Okafor, Clinical Lead"),
            ("Sponsor", "Chief Officer"),
            ("For", "Decision"),
            ("Money", "£1.84 million a year from 2016/17, within the plan; no new recurrent cost."),
            ("Equality", "Assessed on 2 October 2015: better for older people and carers; no group is worse off."),
            ("Public and patients", "Six events, 312 people, and an online survey (1,046 answers)."),
            ("Where it has been", "Joint Committee, 14 October 2015: supported."),
        ],
        "bodies": bodies,
        "matrix_rows": [
            (
                f"{title}, version 2",
                [[approved, conditions, waiting, refused, approved, None][(i + n) % 6] for i in range(6)],
            )
            for n, title in enumerate(
                [
                    "Hospital at home",
                    "Joint Committee: terms of reference",
                    "Maternity standards",
                    "Digital road map",
                    "Estates plan",
                ]
                * 4
            )
        ],
        "terms": [
            ("BRAG", "Blue finished, red off track, amber at risk, green on track."),
            ("CCG", "Clinical Commissioning Group: GPs and others who buy care for an area."),
            ("Enclosure", "A paper sent with the agenda."),
            ("Quorate", "With enough members, of the right kinds, to decide."),
        ],
    }
