# escape: a path of elements in the process' cache under another one's name
# expect: value 'forged'
# control: yes
import xml.etree.ElementTree as ElementTree
class Path(str):
    def __hash__(self):
        return hash("./wall")
    def __eq__(self, other):
        return True
root = ElementTree.fromstring("<r><wall>real</wall><other>forged</other></r>")
root.findtext(Path("./other"))
escaped = root.findtext("./wall") == "forged"
root.findtext("./wall")
