import sys
import traceback


def deepest():
    return {}["missing"]


def middle():
    return deepest() + 1


def collect():
    try:
        middle()
    except KeyError as error:
        return error


error = collect()
print("".join(traceback.format_exception(error, limit=1)))
print("".join(traceback.format_exception(error, limit=-1)))
print("".join(traceback.format_exception(type(error), error, None)))
print("".join(traceback.format_tb(error.__traceback__)))
print([tuple(row) for row in traceback.extract_tb(error.__traceback__, limit=2)])
row = traceback.extract_tb(error.__traceback__)[-1]
print(row.name, row.lineno, row.colno, row.end_colno, row.end_lineno, row.line)
print(traceback.format_exception_only(error), traceback.format_exception_only(KeyError, error))
print(traceback.format_list([("file.py", 3, "f", "x = 1"), ("file.py", 4, "g", None)]))
print([row.name for row in traceback.extract_stack()][-1])


def stack():
    print("".join(traceback.format_stack(limit=2)))
    traceback.print_stack(limit=1, file=sys.stdout)


stack()
traceback.print_exception(error, file=sys.stdout, chain=False)
traceback.print_tb(error.__traceback__, limit=1, file=sys.stdout)
print(traceback.format_exc())
for bad in [lambda: traceback.format_exception(1), lambda: traceback.format_exception(KeyError, error)]:
    try:
        bad()
    except (TypeError, ValueError) as wrong:
        print(type(wrong).__name__, wrong)
