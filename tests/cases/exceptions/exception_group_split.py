g = ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [KeyError(2), ValueError(3)])])
match, rest = g.split(ValueError)
(str(g), match.exceptions[0].args, len(match.exceptions), rest.exceptions[0].message, g.subgroup(KeyError) is not None)
