"""A workbook that may hold anything, read in a process of its own: the standard library only, and nothing of Concord.

The modules here name one another relatively, because the child process knows this folder and not the service.
"""
