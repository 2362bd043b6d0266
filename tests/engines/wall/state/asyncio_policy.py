# escape: the policy of event loops of the process
# expect: HC202
import asyncio
asyncio.set_event_loop_policy
