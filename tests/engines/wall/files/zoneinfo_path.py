# escape: a file outside the cell by a time zone
# expect: guest ValueError
import zoneinfo
zoneinfo.ZoneInfo("../../../../etc/passwd")
