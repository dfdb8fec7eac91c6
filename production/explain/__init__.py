"""Why something serves, was refused or rolled back: answered from what is on record."""
