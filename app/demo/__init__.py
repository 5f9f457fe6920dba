"""The demonstration organization: Northwind Traders, its customers, and a believable year with them."""

from app.demo.loading import load

__all__ = ["load"]
