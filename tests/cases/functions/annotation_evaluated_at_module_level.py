x: int = 1
y: undefined_name = 2
