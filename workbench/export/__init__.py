"""From a snapshot to the files that are filed: notebook, HTML, PDF, DOCX."""
