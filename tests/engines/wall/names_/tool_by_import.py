# escape: a forged tool
# expect: HC104
import json as search
