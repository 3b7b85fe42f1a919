"""The example of the README runs as it is printed."""

import asyncio
import re
import sys
from pathlib import Path

from tests.client.fake_server import FakeServer, token
from tests.client.socket_server import listening

CLIENT = Path(__file__).parents[2] / "clients" / "python"


async def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (CLIENT / "README.md").read_text(), re.DOTALL)
    fake = FakeServer()
    for number in range(5):
        fake.say("bob", "alice", str(number))
    async with listening(fake) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", example),
            env={"CATCHUP_URL": url, "CATCHUP_TOKEN": token("alice"), "PYTHONPATH": str(CLIENT)},
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert "2 messages in" in out.decode(), "three came with the counter"
    assert "Sent(seq=6, session_id='p:alice:bob')" in out.decode()
