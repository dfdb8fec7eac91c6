"""How sure a difference in worth is: two one-sided tests over days."""
