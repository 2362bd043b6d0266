import io
from contextlib import redirect_stdout, nullcontext
buf = io.StringIO()
with redirect_stdout(buf):
    print("hidden")
print("shown")
with nullcontext(5) as v:
    pass
(buf.getvalue(), v)
