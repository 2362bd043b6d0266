def shown(error):
    if isinstance(error, ExceptionGroup):
        return (error.message, [shown(each) for each in error.exceptions])
    return repr(error)


def tried(way):
    try:
        try:
            raise ExceptionGroup("group", [ValueError(1), KeyError(2), ExceptionGroup("in", [ValueError(3)])])
        except* ValueError as group:
            if way == "bare":
                raise
            if way == "named":
                raise group
            if way == "new":
                raise TypeError("new")
            if way == "from":
                raise TypeError("new") from group
            if way == "nested":
                try:
                    raise
                except* ValueError:
                    raise
            if way == "finally":
                try:
                    raise
                finally:
                    print("finally")
            if way == "called":

                def again():
                    raise

                again()
        except* KeyError:
            if way == "bare":
                raise
        print("went on")
    except ExceptionGroup as error:
        return shown(error)
    except Exception as error:
        return repr(error)


def gen(way):
    try:
        raise ExceptionGroup("group", [ValueError(1), KeyError(2)])
    except* ValueError:
        yield way
        raise
    except* KeyError:
        yield "key"


def driven(work):
    try:
        return list(work)
    except ExceptionGroup as error:
        return shown(error)


[tried(way) for way in ("bare", "named", "new", "from", "nested", "finally", "called", "")] + [driven(gen("bare"))]
