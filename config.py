"""Every setting of the service, its meaning and its default, read once from the environment."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


class SettingError(ValueError):
    """A setting cannot be used; the text names it, says what it held and what was expected."""


def _setting(name: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"name": name, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running service. Every field carries its environment name and meaning in `metadata`."""

    instance: Path = _setting(
        "CONCORD_INSTANCE",
        ROOT / "instance",
        "Folder for the database, the frozen packs and the signing key.",
    )
    database_url: str = _setting(
        "CONCORD_DATABASE_URL",
        "",
        "SQLAlchemy address of the database; empty means SQLite in the instance folder. "
        "For PostgreSQL: postgresql+psycopg://user:password@host/name.",
    )
    public_url: str = _setting(
        "CONCORD_PUBLIC_URL",
        "http://127.0.0.1:8000",
        "The address people use; links in mail begin with it, and a request for another host is refused.",
    )
    demonstration: bool = _setting(
        "CONCORD_DEMONSTRATION",
        False,
        "Yes only for the demonstration: its own clock, its sign-ins shown. A real installation refuses it.",
    )
    secure_cookies: bool = _setting(
        "CONCORD_SECURE_COOKIES",
        False,
        "Yes behind HTTPS: the session cookie is then `__Host-` prefixed and Secure. "
        "An https public address requires it.",
    )
    trusted_proxies: int = _setting(
        "CONCORD_TRUSTED_PROXIES",
        0,
        "How many reverse proxies stand in front and set X-Forwarded-For and -Proto.",
    )
    session_hours: int = _setting("CONCORD_SESSION_HOURS", 12, "Hours after which a signed-in session ends.")
    session_idle_minutes: int = _setting(
        "CONCORD_SESSION_IDLE_MINUTES", 60, "Minutes without a request after which a session ends."
    )
    step_up_minutes: int = _setting(
        "CONCORD_STEP_UP_MINUTES",
        15,
        "Minutes for which a proof of who is there (password, and code where set up) holds for acts that sign.",
    )
    throttle_attempts: int = _setting(
        "CONCORD_THROTTLE_ATTEMPTS",
        10,
        "Failed sign-ins for one address and account before a wait is asked for.",
    )
    throttle_origin_attempts: int = _setting(
        "CONCORD_THROTTLE_ORIGIN_ATTEMPTS",
        100,
        "Failed sign-ins for one address over all accounts before a wait is asked for; an office shares one address.",
    )
    throttle_minutes: int = _setting("CONCORD_THROTTLE_MINUTES", 15, "Length of that wait, in minutes.")
    api_token_days: int = _setting(
        "CONCORD_API_TOKEN_DAYS", 365, "Days for which a personal token of the API can be made at the longest."
    )
    api_kept_hours: int = _setting(
        "CONCORD_API_KEPT_HOURS",
        48,
        "Hours for which the answer to a write of the API is kept, to be given again to the same Idempotency-Key.",
    )
    upload_bytes: int = _setting(
        "CONCORD_UPLOAD_BYTES", 2_000_000, "Largest request accepted, in bytes; more is answered with 413."
    )
    smtp_host: str = _setting("CONCORD_SMTP_HOST", "", "Mail server; empty keeps mail in the outbox, unsent.")
    smtp_port: int = _setting("CONCORD_SMTP_PORT", 25, "Port of the mail server.")
    smtp_user: str = _setting("CONCORD_SMTP_USER", "", "User name at the mail server; empty for none.")
    smtp_password: str = _setting("CONCORD_SMTP_PASSWORD", "", "Password at the mail server.")
    smtp_starttls: bool = _setting("CONCORD_SMTP_STARTTLS", False, "Whether to ask the mail server for STARTTLS.")
    mail_from: str = _setting("CONCORD_MAIL_FROM", "concord@localhost", "Sender of the service's mail.")
    worker_lease_seconds: int = _setting(
        "CONCORD_WORKER_LEASE_SECONDS", 60, "A job whose worker is silent for so long is taken up by another."
    )
    worker_poll_seconds: float = _setting(
        "CONCORD_WORKER_POLL_SECONDS", 0.5, "How often an idle worker looks for work, in seconds."
    )
    packs_folder: str = _setting(
        "CONCORD_PACKS_FOLDER", "", "Where built packs are kept; empty means `packs` in the instance folder."
    )
    definitions_folder: str = _setting(
        "CONCORD_DEFINITIONS_FOLDER",
        "",
        "Folder with a footprint's own workflow definitions, NAME.vN.yaml, beside those that are shipped; "
        "one that could not work stops the start with its file, line and reason.",
    )
    logo: str = _setting(
        "CONCORD_LOGO",
        "",
        "Path of a PNG or SVG shown on pages and pack covers. The NHS logo is licensed and not shipped.",
    )
    contact_name: str = _setting(
        "CONCORD_CONTACT_NAME",
        "",
        "The organisation that runs the service, as the privacy notice and the accessibility statement name it.",
    )
    contact_email: str = _setting(
        "CONCORD_CONTACT_EMAIL", "", "Address for questions on privacy and accessibility; shown to everyone."
    )
    retention: str = _setting(
        "CONCORD_RETENTION",
        "",
        "How long what is kept on people is kept, in a sentence for the privacy notice; empty says that none is set.",
    )
    retention_years: int = _setting(
        "CONCORD_RETENTION_YEARS",
        20,
        "Years for which decisions and what was done are kept on record; nothing of them can be destroyed before.",
    )
    testing: bool = _setting("CONCORD_TESTING", False, "Yes only in the test suite: errors reach the test.")

    @property
    def url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{self.instance / 'concord.sqlite'}"

    @property
    def packs(self) -> Path:
        """Folder of built packs."""
        return Path(self.packs_folder) if self.packs_folder else self.instance / "packs"


def _read(kind: Any, name: str, text: str) -> Any:
    if kind is bool:
        if text.lower() in {"1", "yes", "true", "on"}:
            return True
        if text.lower() in {"", "0", "no", "false", "off"}:
            return False
        raise SettingError(f"{name} is “{text}”: expected yes or no.")
    if kind is Path:
        return Path(text).resolve()
    if kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            raise SettingError(f"{name} is “{text}”: expected a number.") from None
        if number < 0:
            raise SettingError(f"{name} is “{text}”: expected a number that is not negative.")
        return number
    return text


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables; raises `SettingError` for unknown or unusable ones."""
    known = {f.metadata["name"]: f for f in fields(Settings)}
    unknown = sorted(name for name in environment if name.startswith("CONCORD_") and name not in known)
    if unknown:
        raise SettingError(f"{', '.join(unknown)}: no such setting. README.md lists the settings.")
    values = {f.name: _read(f.type, name, environment[name]) for name, f in known.items() if environment.get(name)}
    settings = Settings(**values)
    if settings.public_url.startswith("https://") and not settings.secure_cookies:
        raise SettingError("CONCORD_PUBLIC_URL is https: set CONCORD_SECURE_COOKIES=yes as well.")
    if settings.step_up_minutes == 0:
        raise SettingError("CONCORD_STEP_UP_MINUTES is “0”: expected at least 1, or no proof would ever hold.")
    return settings


def kept_secret(path: Path) -> bytes:
    """32 random bytes kept in `path`, made on first use and readable by their owner only.

    Workers that start together agree: the first to create the file wins, the others read it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_bytes()


def documentation() -> str:
    """A Markdown table of every setting; the operator's guide holds exactly this."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for f in fields(Settings):
        default = f.default
        shown = "`instance`" if isinstance(default, Path) else f"`{default}`" if default != "" else "empty"
        rows.append(f"| `{f.metadata['name']}` | {shown} | {f.metadata['meaning']} |")
    return "\n".join(rows)
