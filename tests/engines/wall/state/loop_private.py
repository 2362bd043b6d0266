# escape: the engine behind an event loop
# expect: HC102
import asyncio
escaped = asyncio.new_event_loop()._runtime
