from shop.page import page


def test_first():
    assert page(list("abcdef"), 0, 2) == ["a", "b"]


def test_last():
    assert page(list("abcdef"), 2, 2) == ["e", "f"]
