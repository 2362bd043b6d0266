"""Where the host keeps the secret that stands in its memory alone."""

SECRET = ""
