def without():
    super().x


def with_one(self):
    super().x


for each in (without, lambda: with_one(1)):
    try:
        each()
    except RuntimeError as error:
        print(error)
super().x
