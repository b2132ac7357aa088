"""A workbook that may hold anything, read with the standard library only."""
