"""One desk a user: what this person has handled of the inbox, and put off. One stream each; plain Python, no I/O."""
