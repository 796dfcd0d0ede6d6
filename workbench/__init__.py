"""A Jupyter workbench in which immigration attorneys draft, check and export EB-1A petitions."""
