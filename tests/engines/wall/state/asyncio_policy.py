# escape: the policy of event loops of the process
# expect: HC202
import asyncio
asyncio.get_event_loop_policy
