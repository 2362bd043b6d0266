import datetime
import zoneinfo
zone = zoneinfo.ZoneInfo("UTC")
print(issubclass(zoneinfo.ZoneInfo, datetime.tzinfo), isinstance(zone, datetime.tzinfo), type(zone) is zoneinfo.ZoneInfo)
print([each.__name__ for each in zoneinfo.ZoneInfo.__mro__], zoneinfo.ZoneInfo.__bases__ == (datetime.tzinfo,))
print(issubclass(datetime.timezone, zoneinfo.ZoneInfo), zone.utcoffset(datetime.datetime(2024, 1, 1)), str(zone))
