"""Just a string."""
