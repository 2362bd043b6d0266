def tried(value, spec):
    try:
        return format(value, spec)
    except ValueError as error:
        return str(error)


[tried(0, f"{5 / 3}"), tried(True, "1.99999999999"), tried(7, "5.2f"), tried(7, ".3e"), tried(2, "4.1d"), f"{1:>5}"]
