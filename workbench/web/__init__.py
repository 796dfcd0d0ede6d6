"""ES modules and style sheets of the pages.

Notebook, Voila and the server's page use the same files.
"""
