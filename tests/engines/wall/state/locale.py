# escape: the locale of the process
# expect: guest Error
import locale
locale.setlocale(locale.LC_ALL, "en_US.UTF-8")
