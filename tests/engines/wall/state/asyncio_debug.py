# escape: paths of the host, in what tasks say of themselves under the loop's debugging
# expect: HC202
# control: yes
import asyncio
loop = asyncio.new_event_loop()
loop.set_debug(True)
async def main():
    return repr(loop.create_task(asyncio.sleep(0)))
escaped = "created at" in loop.run_until_complete(main())
