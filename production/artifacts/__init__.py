"""Artifacts: folders of data files, stored under the digest of their content."""
