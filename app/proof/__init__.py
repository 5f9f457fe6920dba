"""Proof: a Merkle tree over each organization's log, signed, so that anybody can check that nothing was rewritten."""
