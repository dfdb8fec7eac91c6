"""The pytest plugin: each clause of a contract is a test item."""
