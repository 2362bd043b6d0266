# escape: a changed library object
# expect: HC105
# control: yes
import http
http.HTTPStatus.OK.phrase = "forged"
escaped = http.HTTPStatus(200).phrase == "forged"
