from datetime import date, datetime, timedelta, timezone
d = date(2024, 2, 28)
t = datetime(2024, 1, 31, 13, 5)
(d + timedelta(days=2), (date(2024, 3, 1) - d).days, t.strftime("%Y-%m-%d %H:%M %a"), t.isoformat(), datetime.strptime("05/03/24", "%d/%m/%y"), d.weekday(), t.replace(tzinfo=timezone.utc).timestamp(), timedelta(hours=25, seconds=1), datetime.fromisoformat("2024-05-06T07:08:09+02:00"), d.isocalendar()[1])
