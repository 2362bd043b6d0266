# escape: the environment of the process
# expect: value ['/wall']
import os

os.environ["PATH"] = "/wall"
list(os.environ.values())
