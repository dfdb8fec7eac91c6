"""The loop: steps from wake-up to wake-up, alike in virtual time and live."""
