# escape: a module without a single underscore
# expect: guest AttributeError
# control: yes
import statistics
escaped = bool(statistics.sys.modules)
