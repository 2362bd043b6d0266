# escape: the variables of frames, as text of a summary of a traceback
# expect: HC202
import traceback
try:
    1 / 0
except ZeroDivisionError as error:
    escaped = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
