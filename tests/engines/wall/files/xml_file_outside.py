# escape: a file outside the cell
# expect: HC401
import xml.etree.ElementTree as ET
ET.parse("/etc/hostname")
