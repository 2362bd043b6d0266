# escape: the mapping behind a read-only view of an enumeration
# expect: value False
# control: yes
import http
class Grab:
    def __eq__(self, other):
        other.clear()
        return True
size = len(http.HTTPStatus.__members__)
http.HTTPStatus.__members__ == Grab()
escaped = len(http.HTTPStatus.__members__) != size
escaped
