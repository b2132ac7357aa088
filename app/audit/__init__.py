"""The record: append-only entries with names as they were, a closed list of tags, Merkle logs, checkpoints."""
