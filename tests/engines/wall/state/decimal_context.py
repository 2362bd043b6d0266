# escape: the decimal context of the thread
# expect: value None
# control: yes
import decimal
decimal.getcontext().prec = 3
escaped = decimal.getcontext().prec == 3
