import asyncio
import weakref


class Manager:
    def __enter__(self):
        return self

    async def __aenter__(self):
        return self

    @staticmethod
    def __exit__(*given):
        print("left", given)

    @staticmethod
    async def __aexit__(*given):
        print("left later", given)


def block():
    manager = Manager()
    seen = weakref.ref(manager)
    with manager as value:
        del manager, value
        print(seen() is None)


async def later():
    manager = Manager()
    seen = weakref.ref(manager)
    async with manager as value:
        del manager, value
        print(seen() is None)


block()
asyncio.run(later())
