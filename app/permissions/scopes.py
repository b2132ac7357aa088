"""What a personal token may be used for. It does nothing its owner may not do, and only what is named here."""

SCOPES: dict[str, str] = {
    "sign-off:read": "Read sign-offs, the documents they are about, and what waits for you",
    "record:read": "Read the record of your organisations entry by entry, and take their whole logs",
    "sign-off:ask": "Write versions, open sign-offs, rounds and votes, put them on agendas, say how conflicts are met",
    "sign-off:attend": "Send apologies, declare interests, ask and answer questions, set meetings, keep agendas",
    "sign-off:delegate": "Delegate decisions, end that, and call off mergers",
    "body:keep": "Keep bodies: set their rules, name who holds their seats and who stands in",
    "sign-off:comment": "Comment on clauses, and answer comments",
    "sign-off:keep": "Say what became of conditions, and give minute references",
    "sign-off:sign": "Sign: vote, record, answer, correct, ratify, withdraw, rule on changes, release packs, merge",
}
"""Every scope with what it lets a token do."""

SIGNING = "sign-off:sign"
"""What needs a fresh proof of who is there besides, as on the pages."""
