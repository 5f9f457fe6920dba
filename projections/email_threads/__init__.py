"""Threads of e-mails: the conversations of a lead, and where in an organization a message is."""
