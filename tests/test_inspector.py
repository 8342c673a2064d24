"""The Inspector's numbers are the same in Python and in the page."""

from javascript import assert_passes, assert_stored


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("inspector")


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("inspector", tmp_path)
