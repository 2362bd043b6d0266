# escape: an event loop with sockets and processes
# expect: HC202
# control: yes
import asyncio
async def main():
    return hasattr(asyncio.get_running_loop(), "subprocess_exec") and asyncio.get_running_loop().subprocess_exec
escaped = asyncio.run(main())(None, None) is not None
