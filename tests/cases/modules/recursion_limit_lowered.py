# refused: HC202
import sys

sys.setrecursionlimit(50)
