"""What a device does that leaves nothing behind: it signals, and looks who is online. Neither is ever sent again."""

from tests.people.line import AGAIN, REFUSALS, Line, NoAnswer


class Signalling(Line):
    """The part of a person that signals."""

    def signal(self, to: str, chat_type: int = 1) -> str:
        """Makes one attempt, and returns the code of the answer; "" without one."""
        return self._once("signal", chatType=chat_type, to=to, kind="typing")[0]

    def sees(self, uid: str) -> bool | None:
        """Whether this person seems to be online; None without an answer."""
        code, people = self._once("online", uids=[uid])
        return bool(people[uid]["online"]) if code == "OK" else None

    def _once(self, cmd: str, **body: object) -> tuple[str, dict[str, dict[str, bool]]]:
        try:
            answer = self._answer_to(cmd, body)
        except NoAnswer:
            return "", {}
        code = str(answer["code"])
        if code not in {"OK", *REFUSALS, *AGAIN - {"INTERNAL"}}:
            self.log.surprises.append(f"{self.name}: {cmd} {body} → {code} {answer.get('error')}")
        return code, answer.get("body", {}).get("people", {})
