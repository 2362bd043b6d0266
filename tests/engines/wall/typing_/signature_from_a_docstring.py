# escape: host values by the text signature of a class
# expect: guest ValueError
# control: yes
import inspect
class A:
    "A(x=os.sep)\n--\n\n"
escaped = str(inspect.signature(A)) == "(x='/')"
