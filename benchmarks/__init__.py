"""How fast the parts are, each beside somebody else's where there is one. README.md says how to read the figures."""
