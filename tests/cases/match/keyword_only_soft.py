match = 3
case = 4
_ = 5
(match, case, _)
