"""What this module
does.
"""

print(repr(__doc__))
space = {}
exec('"inner"\nx = __doc__', space)
print(space["x"], repr(__doc__[:9]))
exec("'only'\nprint(__doc__)")
print(__doc__)
