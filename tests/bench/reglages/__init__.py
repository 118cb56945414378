"""The site's own settings; only the addresses of the yardsticks are added to its URLs."""
