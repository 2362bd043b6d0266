# escape: a file outside the cell by an entity
# expect: value 'ParseError'
import xml.etree.ElementTree as ET
try:
    escaped = ET.fromstring('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>').text
except ET.ParseError as e:
    escaped = type(e).__name__
escaped
