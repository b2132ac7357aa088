"""A kept file is whole under its own hash, or it is not there."""

import os
from pathlib import Path

import pytest

from app.packs import storage


def test_the_same_bytes_are_kept_once_under_their_hash(tmp_path: Path) -> None:
    digest = storage.keep(tmp_path, b"a pack", "pdf")
    assert storage.keep(tmp_path, b"a pack", "pdf") == digest
    assert [path.name for path in tmp_path.iterdir()] == [f"{digest}.pdf"]
    assert storage.read(tmp_path, digest, "pdf") == b"a pack"


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        storage.keep(tmp_path, b"a pack", "pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_altered_is_not_handed_out(tmp_path: Path) -> None:
    digest = storage.keep(tmp_path, b"a pack", "pdf")
    storage.path(tmp_path, digest, "pdf").write_bytes(b"a forged pack")
    with pytest.raises(OSError, match="is not what was kept"):
        storage.read(tmp_path, digest, "pdf")


@pytest.mark.parametrize("name", ["../secret", "a" * 63, "A" * 64, ""])
def test_only_a_hash_names_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a kept file"):
        storage.path(tmp_path, name, "pdf")


def test_what_a_dead_worker_left_aside_is_swept_and_nothing_else(tmp_path: Path) -> None:
    digest = storage.keep(tmp_path, b"a pack", "pdf")
    left = tmp_path / f"{digest}.77-ab{storage.ASIDE}"
    left.write_bytes(b"half")
    os.utime(left, (1000, 1000))
    fresh = tmp_path / f"{digest}.78-cd{storage.ASIDE}"
    fresh.write_bytes(b"another worker is at it")
    assert storage.sweep(tmp_path, older_than=2000) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([f"{digest}.pdf", fresh.name])
