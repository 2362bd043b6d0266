# escape: format of a datetime, which is strftime only
# expect: value '2024 {0.__class__}'
import datetime
format(datetime.date(2024, 1, 2), "%Y {0.__class__}")
