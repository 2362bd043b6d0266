nan = float("nan")
(nan == nan, nan in [nan], [nan] == [nan], 0.1 + 0.2, 1e16 + 1, 5 is None, (1,) == (1.0,))
