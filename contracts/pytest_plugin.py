"""A thin adapter: `pytest --contract <product>` runs the equivalence clauses, one item each."""
