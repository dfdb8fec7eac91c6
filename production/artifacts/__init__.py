"""Artifacts: trained states as files, kept under the digest of what they are."""
