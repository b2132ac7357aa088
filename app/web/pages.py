"""Which page of a long list an address asks for."""

from flask import request

MOST = 10_000


def page_asked(name: str = "page") -> int:
    """The page in the address, from 1; the first where there is none, or no number."""
    said = request.args.get(name, "")
    return max(1, min(int(said), MOST)) if said.isascii() and said.isdigit() and len(said) < 9 else 1
