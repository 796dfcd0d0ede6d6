"""ES modules and style sheets for notebook, Voila and browser pages."""
