// Texts in English: faults, and what to do about them.

export const faults = {
  faultBlocked: "Not delivered: this person has blocked you. They have to unblock you first; then send it again.",
  faultRole: "Your role in this group does not allow that. Ask the owner or an admin.",
  faultNotMember: "You are not a member of this group any more. Ask an admin to add you.",
  faultRejected: "It has a word that is not allowed here, and nobody got it. Change the text and send it as a new message.",
  faultHeld: "It has a word that a reviewer must see first. Nobody has it yet; once released, it is delivered. In a terminal: make admin ARGS=\"held list --local\"",
  faultTooMany: "You send too fast: the server takes ten messages a second. It is sent again after ten seconds.",
  faultTaken: "That name is taken already. Choose another one.",
  faultHandOver: "The owner can't leave. Hand the group over to somebody first.",
  faultState: "The group has changed meanwhile, so this can't be done. Close this and look again.",
  faultTooOld: "It is too late for that, or the message was taken back meanwhile.",
  faultReaders: "Who has read cannot be told: read receipts are off, the group is too large, or the message was taken back.",
  faultName: "That can't be a name. Use 1 to 64 letters, digits and signs, without spaces. {why}",
  faultReplaced: "Another window has logged in as this device. Close that one, and reload this page.",
  faultToken: "The server does not accept this device's token. If make run was started again, reload this page.",
  faultStore: "This browser's database can't be used. Leave private mode or free some space, then reload this page. {why}",
  faultOther: "That did not work: {why}",
};
