# escape: another policy of event loops for the process
# expect: HC202
import asyncio
asyncio.set_event_loop_policy(asyncio.Runner)
