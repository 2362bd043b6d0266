# escape: a module without a single underscore
# expect: HC202
# control: yes
import statistics
escaped = bool(statistics.sys.modules)
