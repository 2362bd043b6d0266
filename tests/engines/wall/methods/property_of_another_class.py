# escape: a private attribute of a library object, read by a property of another class
# expect: guest TypeError
# control: yes
import logging
class Any:
    pass
any = Any()
any._name = "private"
got = logging.Handler.name.__get__(any)
escaped = got == "private"
