# escape: the host's decimal context and caches, changed while a value is told
# expect: value told
import datetime, decimal
class Format(str):
    def __hash__(self):
        return hash("%Y-%j")
    def __eq__(self, other):
        return True
class Told:
    def __repr__(self):
        decimal.getcontext().prec = 3
        datetime.datetime.strptime("12", Format("%H"))
        return "told"
Told()
