"""A real mail server for the tests: takes letters over SMTP and prints each as a line of JSON.

The first line it prints is the port it listens on. Options: --refuse ADDRESS answers 550 to that
recipient for good; --busy N answers 451 to the first N letters; --slow SECONDS waits before it
answers that it has taken a letter, which it prints before.
"""

import argparse
import asyncio
import json
import sys

from aiosmtpd.smtp import SMTP

options = argparse.ArgumentParser()
options.add_argument("--refuse", default="")
options.add_argument("--busy", type=int, default=0)
options.add_argument("--slow", type=float, default=0)
options = options.parse_args()


class Handler:
    busy = options.busy

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == options.refuse:
            return "550 5.1.1 Nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.busy > 0:
            self.busy -= 1
            return "451 4.3.0 Come back later"
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "text": envelope.content.decode("utf-8"),
        }), flush=True)
        await asyncio.sleep(options.slow)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    handler = Handler()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
