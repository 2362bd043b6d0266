def tried(kinds):
    try:
        try:
            1 / 0
        except kinds:
            return "caught"
    except TypeError as error:
        return str(error)


nested = [((ZeroDivisionError,),), ((),), (ZeroDivisionError, 1), (1, ZeroDivisionError), 1]
[tried(each) for each in [*nested, (ValueError, ArithmeticError), ZeroDivisionError]]
