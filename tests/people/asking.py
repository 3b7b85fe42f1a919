"""What a device does with requests to join groups. They have no place in the session, so all may be repeated."""

from collections.abc import Mapping
from typing import Any

from tests.people.device import Outgoing
from tests.people.group_person import InGroups


class Asking(InGroups):
    """The part of a person that asks to join groups, and decides on the requests of others."""

    def plan_ask(self, group: str, *, withdraw: bool = False) -> str:
        """Puts a request to join, or its end, into the outbox and returns its key there."""
        self.log.asks.setdefault(f"g:{group}", None)
        body = {"groupId": group, **({"withdraw": True} if withdraw else {"note": f"from {self.name}"})}
        return self._put_aside("ask", group, body)

    def ask_to_join(self, group: str, *, withdraw: bool = False) -> str:
        """In one attempt."""
        name = self.plan_ask(group, withdraw=withdraw)
        self.flush()
        return name

    def plan_approval(self, group: str, *uids: str, of_unwanted: bool = False) -> str:
        """Puts an approval into the outbox and returns its msgId. `of_unwanted`: the owner has blocked one of them."""
        msg_id = self.plan("approve", group, uids=list(uids))
        self.log.approvals.add(msg_id)
        self.log.decided.update(uids)
        if of_unwanted or any(self.log.blocks.get(uid) for uid in uids):
            self.log.unwanted.add(msg_id)
        return msg_id

    def approve(self, group: str, *uids: str, of_unwanted: bool = False) -> str:
        """In one attempt."""
        msg_id = self.plan_approval(group, *uids, of_unwanted=of_unwanted)
        self.flush()
        return msg_id

    def plan_refusal(self, group: str, *uids: str) -> str:
        """Puts a refusal into the outbox and returns its key there."""
        self.log.decided.update(uids)
        return self._put_aside("approve", group, {"msgId": "r", "groupId": group, "uids": list(uids), "refuse": True})

    def refuse(self, group: str, *uids: str) -> str:
        """In one attempt."""
        name = self.plan_refusal(group, *uids)
        self.flush()
        return name

    def settled_aside(self, name: str, ack: Mapping[str, Any]) -> bool:
        """Whether this was the answer to a request that is no message; then it has left the outbox."""
        outgoing = self.store.outbox[name]
        if outgoing.cmd == "ask":
            self.log.asks[outgoing.session] = bool(ack["requests"])
        elif not outgoing.body.get("refuse"):
            return False
        del self.store.outbox[name]
        return True

    def turned_down(self, body: Mapping[str, Any], code: str) -> None:
        """Removes what was refused from the outbox. A repetition of what was settled before says nothing new."""
        for name in [name for name, outgoing in self.store.outbox.items() if outgoing.body == body]:
            del self.store.outbox[name]
            self.log.refused[name] = code

    def _put_aside(self, cmd: str, group: str, body: dict[str, Any]) -> str:
        self.written += 1
        name = f"{cmd} {self.written}"
        self.store.outbox[name] = Outgoing(f"g:{group}", body, cmd)
        return name
