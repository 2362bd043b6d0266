import calendar
from zoneinfo import ZoneInfo
from datetime import datetime
d = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Paris"))
(calendar.monthrange(2024, 2), calendar.isleap(1900), d.utcoffset(), d.astimezone(ZoneInfo("America/New_York")).hour, str(d))
