import traceback

try:
    exec("\n1 / 0")
except ZeroDivisionError:
    print([line for line in traceback.format_exc().splitlines() if "<string>" in line or "import" in line])
    print(len(traceback.format_exc().splitlines()[-2].strip()) > 0)
