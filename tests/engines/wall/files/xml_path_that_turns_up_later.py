# escape: a file object that becomes a path
# expect: guest TypeError
import xml.etree.ElementTree as ET
class P(str):
    asked = 0
    def __getattr__(self, name):
        P.asked += 1
        if P.asked == 1:
            return None
        raise AttributeError(name)
ET.ElementTree(ET.Element("a")).write(P("/tmp/wall-pwned.xml"))
