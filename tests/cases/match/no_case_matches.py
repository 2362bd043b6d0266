r = "before"
match 5:
    case 6:
        r = "six"
r
