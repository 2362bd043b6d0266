"""CPython's own language tests, read from the running Python and run as guests of the interpreter.

``python -m tests.cpython`` prints the table. Nothing of CPython's tests is kept here: a file is parsed where it lies,
cut down to what one test needs, and given to a fresh engine.
"""
