# escape: what derive() makes of the rest meets the next clause, where only the match can be seen
# expect: HC106
made = []
class Rest(ExceptionGroup):
    def split(self, wanted):
        return 0.5
class First(ExceptionGroup):
    def derive(self, errors):
        made.append(errors)
        return (ExceptionGroup if len(made) == 1 else Rest)("made", errors)
try:
    raise First("first", [ValueError(1), TypeError(2)])
except* ValueError:
    pass
except* TypeError as error:
    escaped = error
