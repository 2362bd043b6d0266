class Rejected(ValueError):
    def __init__(self, reason, value):
        super().__init__(reason)
        self.value = value


def parse(text):
    try:
        number = int(text)
    except ValueError:
        raise Rejected("no number", text) from None
    if number < 0:
        raise Rejected("negative", number)
    return number


def load(rows):
    total, failures, done = 0, {}, 0
    for row in rows:
        try:
            total += 100 // parse(row)
        except Rejected as error:
            failures[str(error)] = failures.get(str(error), 0) + 1
        except ZeroDivisionError:
            failures["zero"] = failures.get("zero", 0) + 1
        else:
            total += 1
        finally:
            done += 1
    return total, sorted(failures.items()), done


result = list(load([str(i % 11 - 2) if i % 5 else "x" + str(i) for i in range(12_000)]))
