"""Case intake: a new case from a folder of loose documents."""
