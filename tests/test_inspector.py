"""The Inspector's numbers are the same in Python (``test_inspector_record.py``) and in the page."""

from javascript import assert_passes


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("inspector", tmp_path)
