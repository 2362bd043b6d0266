# escape: a dialect of the process, by a name that claims to equal another
# expect: guest ZeroDivisionError
import csv


class Name(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("excel")


csv.register_dialect(Name("forged"), delimiter=";")
1 / 0
