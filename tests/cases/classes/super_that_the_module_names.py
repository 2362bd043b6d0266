print(super.__name__)


class Base:
    def name(self):
        return "name"


class Derived(Base):
    def deleted(self):
        del self
        return super().name()

    def deleted_in_a_list(self):
        keep = lambda: self
        del self
        return super().name()


for method in (Derived.deleted, Derived.deleted_in_a_list):
    try:
        method(Derived())
    except Exception as error:
        print(type(error).__name__, error)
