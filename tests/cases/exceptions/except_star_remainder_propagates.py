try:
    raise ExceptionGroup("g", [ValueError("a"), OSError("b")])
except* ValueError:
    print("handled")
