"""Former place of promptfoo's assertions.

Scorers that ``workbench promptfoo import`` wrote name it.
"""

raise ImportError(
    "promptfoo's assertions are no longer part of the workbench: write the comparison in Python, such as"
    " 'Invented Medal' in drafted.answer.content in place of matches('contains', 'Invented Medal', …)"
)
