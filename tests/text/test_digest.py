"""Digests of texts."""

import hashlib

from workbench.text.digest import text_digest


def test_digest_is_the_sha256():
    assert text_digest("Dr. Wu § 吴") == hashlib.sha256("Dr. Wu § 吴".encode()).hexdigest()


def test_lone_surrogate_counts_as_question_mark():
    assert text_digest("a\ud800") == text_digest("a?")
