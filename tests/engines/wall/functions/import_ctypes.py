# escape: memory of the process
# expect: HC201
# control: yes
import ctypes
escaped = ctypes.pythonapi is not None
