"""The part of a contract that is decided, not measured: known before anything is fitted."""
