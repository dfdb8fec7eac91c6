"""Figures and how sure they are: metrics, intervals, tolerances, tests of equivalence."""
