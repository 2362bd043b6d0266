# refused: HC101
try:
    [].missing
except AttributeError as error:
    error.obj
