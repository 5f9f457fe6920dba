"""Leadstream: the write side of a CRM's lead page, and the process that serves it."""

VERSION = "0.1.0"
