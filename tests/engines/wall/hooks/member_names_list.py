# escape: the list of a library enumeration's names
# expect: value False
# control: yes
import http
size = len(list(http.HTTPStatus))
http.HTTPStatus._member_names_.clear()
escaped = len(list(http.HTTPStatus)) != size
escaped
