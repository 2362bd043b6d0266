import traceback
def run(work):
    try:
        work.send(None)
    except StopIteration:
        pass
async def outer(other):
    class Inner:
        class Deepest:
            try:
                missing
            except other as error:
                pass
def steps(other):
    class Inner:
        try:
            [][1]
        except other as error:
            pass
    yield
for work in (outer(1), steps(1)):
    try:
        run(work)
    except TypeError:
        print(traceback.format_exc())
