# escape: a library class registered for the whole process
# expect: HC105
# control: yes
import collections.abc
collections.abc.Sequence.register(set)
escaped = isinstance(set(), collections.abc.Sequence)
