"""The Merkle tree of RFC 6962, section 2.1: leaf and node hashes, appends, the root, and proofs made and checked."""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 ‖ data), 32 bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def appended(frontier: Sequence[bytes], size: int, leaf: bytes) -> tuple[bytes, ...]:
    """The frontier after one more leaf.

    The frontier holds the roots of the full subtrees that make up a tree of `size` leaves, largest first:
    one for each bit set in `size`.
    """
    stack = list(frontier)
    node = leaf
    while size & 1:
        node = node_hash(stack.pop(), node)
        size >>= 1
    stack.append(node)
    return tuple(stack)


def root_of(frontier: Sequence[bytes]) -> bytes:
    """The root of the tree with this frontier, 32 bytes."""
    if not frontier:
        return EMPTY_ROOT
    node = frontier[-1]
    for left in reversed(frontier[:-1]):
        node = node_hash(left, node)
    return node


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, from the definition: used to check what the appends arrived at."""
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        frontier = appended(frontier, size, leaf)
    return root_of(frontier)


def _split(size: int) -> int:
    """The largest power of two below `size`, at which the tree of `size` leaves (two or more) parts."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `leaves` (RFC 6962, 2.1.1), nearest sibling first.

    Raises `IndexError` where the tree has no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"A tree of {len(leaves)} leaves has no leaf {index}.")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of_leaves(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of_leaves(leaves[:split])]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows `leaf` at `index` in the tree of `size` leaves with `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """What shows that the tree of the first `older` of these leaves grew into the tree of them all (RFC 6962, 2.1.2).

    Nothing needs showing of the empty tree, nor of a tree that did not grow. Raises `IndexError` where it shrank.
    """
    if not 0 <= older <= len(leaves):
        raise IndexError(f"A tree of {len(leaves)} leaves has no {older} first leaves.")
    return _consistency(leaves, older, known=True) if older else []


def _consistency(leaves: Sequence[bytes], older: int, *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962; `known` while the older tree's root is the one asked about, which needs no hash."""
    if older == len(leaves):
        return [] if known else [root_of_leaves(leaves)]
    split = _split(len(leaves))
    if older <= split:
        return [*_consistency(leaves[:split], older, known=known), root_of_leaves(leaves[split:])]
    return [*_consistency(leaves[split:], older - split, known=False), root_of_leaves(leaves[:split])]


def consistent(older: int, older_root: bytes, newer: int, newer_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `newer` leaves begins with the one of `older` (RFC 9162, 2.1.4.2)."""
    if not 0 <= older <= newer:
        return False
    if older == 0:
        return not proof and older_root == EMPTY_ROOT and (newer > 0 or newer_root == EMPTY_ROOT)
    if older == newer:
        return not proof and older_root == newer_root
    # an older tree that is full is itself the first node of the path
    path = [older_root, *proof] if older & (older - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = older - 1, newer - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and old == older_root and new == newer_root
