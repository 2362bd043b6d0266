import xml.etree.ElementTree as ET
root = ET.fromstring("<inv><item n='1'>a</item><item n='2'>b<sub/></item></inv>")
root.find("item").set("k", "v")
([(e.get("n"), e.text) for e in root.iter("item")], ET.tostring(root).decode(), len(root), root.findtext("item[2]"))
