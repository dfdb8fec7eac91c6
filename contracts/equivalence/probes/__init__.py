"""What several clauses use: differences of predictions, generated records, counterexamples."""
