"""The secret in a link that is mailed to one person: the mail alone holds it, the database its hash."""

import secrets
from hashlib import sha256


def new_secret() -> tuple[str, str]:
    """A secret for an address, of 32 random bytes, and the hash of it that is kept."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """What is kept of a secret, in hexadecimal."""
    return sha256(token.encode()).hexdigest()
