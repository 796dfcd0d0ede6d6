"""Text without the domain.

Markdown, sentences, redlines, HTML, digests, files written whole, moments.
"""
