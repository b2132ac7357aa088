"""The words a pack uses that a reader new to the governing body may not know, each explained in a sentence."""

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("Accountable officer", "The officer who answers to NHS England for how a CCG spends its money and does its work."),
    (
        "Action log",
        "The list of what was asked for at earlier meetings, who is to do it and whether it has been done.",
    ),
    (
        "Baseline, forecast, actual",
        "The date first agreed for a milestone, the date now expected, and the date it was reached.",
    ),
    (
        "BRAG rating",
        "Blue: complete, with evidence. Green: on course. Amber: at risk, and can be put right by the team itself. "
        "Red: off course, and needs a decision. The word is always printed beside the colour.",
    ),
    ("CCG", "Clinical commissioning group: the NHS body that plans and buys health care for the people of an area."),
    ("Chair’s action", "A decision the chair had to take between meetings; the next meeting is asked to ratify it."),
    (
        "Checkpoint",
        "The number of entries in an organisation’s record and one short code over all of them. If any entry were "
        "changed later, the code would no longer fit.",
    ),
    ("Condition", "What a body wants done before, or while, what it agreed to goes ahead."),
    ("Cover sheet", "The page before a paper that says who wrote it, what it asks for and what it would cost."),
    ("Edition", "The numbered update that all bodies of the collaborative receive for one reporting period."),
    ("Enclosure", "A document that comes with the agenda."),
    (
        "Hash (SHA-256)",
        "A code of 64 characters computed from a text or file. Another text, even one letter different, has another.",
    ),
    ("Local position", "What one body says about a workstream for its own area, approved by that body alone."),
    (
        "Part 1, Part 2",
        "The part of a meeting held in public, and the part held in private. This pack holds Part 1 only.",
    ),
    ("Quorate", "With enough members present, of the kinds its constitution asks for, for a body to decide."),
    ("Senior responsible owner (SRO)", "The person who answers for a workstream reaching what it is for."),
    ("Workstream", "One line of work of the programme, with a lead, milestones and an update each period."),
)
