"""What shows a leaf in a tree, and an older tree in a newer one, for every size, against a tree made naively."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.merkle import consistency_proof, consistent, included, inclusion_proof

LARGEST = 70
LEAVES = [sha256(b"\x00" + bytes([number])).digest() for number in range(LARGEST)]


def naive(leaves: Sequence[bytes]) -> bytes:
    """The tree's root, from the definition and with no function of the service's."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive(leaves[:split]) + naive(leaves[split:])).digest()


ROOTS = [naive(LEAVES[:size]) for size in range(LARGEST + 1)]
sizes = st.integers(1, LARGEST)


def flipped(value: bytes) -> Iterator[bytes]:
    """The value with each of its bytes changed in turn."""
    for place in range(len(value)):
        yield value[:place] + bytes([value[place] ^ (1 << place % 8)]) + value[place + 1 :]


def touched(proof: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The proof with each byte changed, a hash left out, one twice, two exchanged, one too many."""
    for place, part in enumerate(proof):
        for other in flipped(part):
            yield [*proof[:place], other, *proof[place + 1 :]]
        yield [*proof[:place], *proof[place + 1 :]]
        yield [*proof[: place + 1], part, *proof[place + 1 :]]
    for place in range(len(proof) - 1):
        yield [*proof[:place], proof[place + 1], proof[place], *proof[place + 2 :]]
    yield [*proof, bytes(32)]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_leaf_of_a_tree_of_every_size_is_shown_at_its_place_and_at_no_other(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(LEAVES[:size], index)
        assert included(LEAVES[index], index, size, proof, ROOTS[size])
        assert not included(LEAVES[index], (index + 1) % (size + 1), size, proof, ROOTS[size])


@pytest.mark.parametrize("newer", range(LARGEST + 1))
def test_every_older_tree_is_shown_to_have_grown_into_the_newer(newer: int) -> None:
    for older in range(newer + 1):
        proof = consistency_proof(LEAVES[:newer], older)
        assert consistent(older, ROOTS[older], newer, ROOTS[newer], proof)


@given(sizes, st.data())
def test_a_proof_of_a_leaf_with_one_byte_changed_is_refused(size: int, draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, size - 1))
    leaf, root, proof = LEAVES[index], ROOTS[size], inclusion_proof(LEAVES[:size], index)
    assert not any(included(other, index, size, proof, root) for other in flipped(leaf))
    assert not any(included(leaf, index, size, proof, other) for other in flipped(root))
    assert not any(included(leaf, index, size, other, root) for other in touched(proof))


@given(sizes, st.data())
def test_a_proof_of_growth_with_one_byte_changed_is_refused(newer: int, draw: st.DataObject) -> None:
    older = draw.draw(st.integers(1, newer))
    old, new, proof = ROOTS[older], ROOTS[newer], consistency_proof(LEAVES[:newer], older)
    assert not any(consistent(older, other, newer, new, proof) for other in flipped(old))
    assert not any(consistent(older, old, newer, other, proof) for other in flipped(new))
    assert not any(consistent(older, old, newer, new, other) for other in touched(proof))


@given(sizes, st.data())
def test_a_log_whose_beginning_was_rewritten_is_not_shown_to_have_grown(newer: int, draw: st.DataObject) -> None:
    older = draw.draw(st.integers(1, newer))
    changed = draw.draw(st.integers(0, older - 1))
    other = [*LEAVES[:changed], sha256(b"forged").digest(), *LEAVES[changed + 1 : newer]]
    assert not consistent(older, ROOTS[older], newer, naive(other), consistency_proof(other, older))


def test_the_empty_tree_grows_into_every_tree_and_no_other_root_passes_for_it() -> None:
    assert consistent(0, ROOTS[0], 5, ROOTS[5], [])
    assert not consistent(0, bytes(32), 5, ROOTS[5], [])
    assert not consistent(0, ROOTS[0], 0, ROOTS[5], [])
    assert not consistent(0, ROOTS[0], 5, ROOTS[5], [bytes(32)])


def test_sizes_and_places_that_a_tree_does_not_have_are_refused() -> None:
    assert not included(LEAVES[0], -1, 1, [], ROOTS[1])
    assert not included(LEAVES[0], 0, 0, [], ROOTS[0])
    assert not consistent(5, ROOTS[5], 4, ROOTS[4], [])
    assert not consistent(-1, ROOTS[0], 4, ROOTS[4], [])
    assert not consistent(3, ROOTS[3], 4, ROOTS[4], [])
    for index in (-1, 4):
        with pytest.raises(IndexError, match="has no leaf"):
            inclusion_proof(LEAVES[:4], index)
    for older in (-1, 5):
        with pytest.raises(IndexError, match="first leaves"):
            consistency_proof(LEAVES[:4], older)
