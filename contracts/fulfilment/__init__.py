"""Who fulfils a contract: what is deployed, what was proven, and whether the two go together."""
