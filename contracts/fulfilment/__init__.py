"""Whether a version of a contract can be deployed: published, proven, fulfilled in service."""
