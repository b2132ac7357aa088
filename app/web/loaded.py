"""What a process does once it has loaded everything it will: web workers, the worker, and what measures them."""

import gc

OBJECTS, ROUNDS = 25_000, (20, 50)
"""How many new objects, then how many rounds of each kind, come before the garbage collector looks again."""


def loaded() -> None:
    """What is loaded by now stays, so the garbage collector need not look through it, nor look as often as it does.

    A request makes few circles of objects; looking for them took a tenth of each answer's time. Where the collector
    rested while all was loaded, it works from here on.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, *ROUNDS)
    gc.enable()
