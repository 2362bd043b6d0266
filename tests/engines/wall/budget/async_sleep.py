# escape: a sleep past the wall clock
# expect: limit wall_s
import asyncio
asyncio.run(asyncio.sleep(3600))
