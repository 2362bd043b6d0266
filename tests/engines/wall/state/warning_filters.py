# escape: the warning filters of the process
# expect: value None
# control: yes
import warnings
warnings.simplefilter("error")
try:
    warnings.warn("x")
except UserWarning:
    escaped = True
