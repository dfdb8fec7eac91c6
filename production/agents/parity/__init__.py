"""The parity agent: holds a sample of live traffic against the reference, and says what moved.

- `agent`: looks every so often, and records what it finds
- `look`: the sample of a window, and what all sides predict of it
- `samples`: the sampled events with their inputs
- `references`: research's solution fitted as the generation in service was
- `profile`, `column`: what the inputs of its training looked like
- `evidence`, `finding`: what the rules judge by, and what they find
- `judge`: asks the rules: `served`, `agreement`, `inputs`, `model`
- `record`: the last look, on record for whoever shows it
"""
