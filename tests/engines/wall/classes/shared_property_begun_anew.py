# escape: a property of a library class that runs guest code in the host
# expect: HC101
# control: yes
import http
http.HTTPStatus.__class__
prop = property(lambda self: 1)
escaped = prop.__init__(lambda self: "forged") is None
