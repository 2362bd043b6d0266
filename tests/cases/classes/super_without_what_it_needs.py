def plain():
    super()


def outside(x):
    super()


class Holder:
    def deletes(self):
        del self
        super()

    def inner_cell(self):
        return (lambda: self), super().__init__()

    def deletes_before_an_attribute(self):
        del self
        super().__init__()

    def deletes_captured(self):
        keep = lambda: self
        del self
        super()

    def no_parameters():
        super()

    def forgets(self):
        nonlocal __class__
        del __class__
        super()


for attempt in (
    plain,
    lambda: outside(1),
    lambda: Holder().deletes(),
    lambda: Holder().deletes_captured(),
    lambda: Holder().deletes_before_an_attribute(),
    lambda: Holder.no_parameters(),
    lambda: Holder().forgets(),
):
    try:
        attempt()
    except (RuntimeError, NameError) as error:
        print(error)


class Early(type):
    def __new__(cls, name, bases, namespace):
        try:
            namespace["method"](None)
        except (RuntimeError, NameError) as error:
            print(error)
        return super().__new__(cls, name, bases, namespace)


class Made(metaclass=Early):
    def method(self):
        return super().__repr__


print(Made().inner_cell if hasattr(Made, "inner_cell") else Holder().__class__.__name__)


class Other:
    def method(self):
        return super().answer, super()

    def shadowed(self):
        class super:
            answer = "local"

        return super().answer


print(Other().shadowed())


class Shadow:
    answer = "global"


super = Shadow
print(Other().method()[0], type(Other().method()[1]).__name__)


def outside():
    return super().answer


print(outside())
del super
