"""The Merkle tree is that of RFC 6962, checked against an independent implementation."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from app.audit.merkle import EMPTY_ROOT, appended, included, inclusion_proof, leaf_hash, root_of, root_of_leaves

entries = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def grown(data: list[bytes]) -> tuple[bytes, ...]:
    frontier: tuple[bytes, ...] = ()
    for size, each in enumerate(data):
        frontier = appended(frontier, size, leaf_hash(each))
    return frontier


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root_of(()) == EMPTY_ROOT == sha256(b"").digest()


@given(entries)
def test_the_root_is_the_one_another_implementation_finds(data: list[bytes]) -> None:
    other = InmemoryTree(algorithm="sha256")
    for each in data:
        other.append_entry(each)
    assert root_of(grown(data)) == bytes(other.get_root())


@given(entries)
def test_the_frontier_keeps_one_hash_for_each_bit_of_the_size(data: list[bytes]) -> None:
    assert len(grown(data)) == len(data).bit_count()


@given(entries, st.data())
def test_every_leaf_proves_that_it_is_included_and_no_other_does(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [leaf_hash(each) for each in data]
    index = draw.draw(st.integers(0, len(leaves) - 1))
    root, proof = root_of_leaves(leaves), inclusion_proof(leaves, index)
    assert included(leaves[index], index, len(leaves), proof, root)
    assert not included(leaf_hash(b"something else" * 4), index, len(leaves), proof, root)
    assert not included(leaves[index], len(leaves), len(leaves), proof, root)
