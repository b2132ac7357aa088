"""The rules of sign-off and of what goes in a pack: frozen facts in, verdicts with their sentence out."""
