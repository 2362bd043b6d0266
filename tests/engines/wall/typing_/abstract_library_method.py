# escape: a library method made abstract
# expect: value False
# control: yes
import abc, collections.abc
abc.abstractmethod(collections.abc.Sequence.index)
escaped = getattr(collections.abc.Sequence.index, "__isabstractmethod__", False)
escaped
