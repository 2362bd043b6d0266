# escape: an endless text of an exception
# expect: limit ops
class E(Exception):
    def __str__(self):
        while True:
            pass
raise E
