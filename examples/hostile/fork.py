# Leaves a process behind.
import os

child = os.fork()
print("ESCAPED", child)
