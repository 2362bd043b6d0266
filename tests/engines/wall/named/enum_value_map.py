# escape: the map of an enumeration
# expect: HC101
import http
escaped = http.HTTPStatus._value2member_map_
