# escape: a class over an unreviewed base past the class statement
# expect: HC107
# control: yes
import io
escaped = type("X", (io.TextIOWrapper,), {}).__name__ == "X"
