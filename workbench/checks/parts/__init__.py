"""Reading of a letter: its file, sections, headings and list of exhibits; and checks of these."""
