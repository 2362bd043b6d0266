(0 or "x", "" or [] or 0, 1 and "y", [] and 1, not "", None or None, 1 and 0 or 5)
