"""The offline assembler.

Drafts from the case file without a language model.
"""
