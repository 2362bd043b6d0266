# escape: the recursion limit of the process
# expect: value None
# control: yes
import sys
sys.setrecursionlimit(4321)
escaped = sys.getrecursionlimit() == 4321
