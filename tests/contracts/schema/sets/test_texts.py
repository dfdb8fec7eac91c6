from contracts.schema.sets.texts import named


def test_a_long_list_is_cut() -> None:
    """Eight texts are named, the rest counted."""
    assert named([*"abcdefghij"]) == "'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 2 more"
    assert named([]) == "none"
