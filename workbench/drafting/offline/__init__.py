"""The offline assembler: drafts from the case file without a language model."""
