# escape: the table of a facade
# expect: HC102
import json
escaped = json._reason
