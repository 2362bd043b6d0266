# escape: a call by the pickle protocol of copy
# expect: HC106
# control: yes
import copy
class A:
    def __reduce_ex__(self, protocol):
        return (print, ("ran",))
copy.copy(A())
escaped = True
