# escape: a typing form that runs guest code in the host
# expect: HC101
# control: yes
import typing
typing.Optional.__init__(lambda self, parameters: "forged")
escaped = typing.Optional[bytes] == "forged"
