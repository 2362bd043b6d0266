try:
    from math import no_such_function
except ImportError as error:
    message = str(error).partition(" (")[0]
message
