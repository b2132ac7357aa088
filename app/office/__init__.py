"""Files of office programs that may hold anything, read in processes of their own, which know nothing of Concord.

The modules here name one another relatively, because a child process knows this folder and not the service.
"""
