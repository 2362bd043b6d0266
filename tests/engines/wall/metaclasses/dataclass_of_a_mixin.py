# escape: two classes that the guards take for one: what is known of the first is believed of the second
# expect: HC106
# control: yes
import dataclasses
@dataclasses.dataclass(unsafe_hash=True)
class Mixin:
    mark: int = 0
class Meta(Mixin, type):
    def __init__(cls, *args, **options):
        pass
class Plain(metaclass=Meta):
    mark = 1
class Other(list, metaclass=Meta):
    mark = 1
escaped = Plain == Other
