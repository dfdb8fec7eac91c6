"""Production's implementation of linear models on tables of numbers, in numpy alone."""
