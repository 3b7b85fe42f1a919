// The page's texts. `say` fills in what is in braces.

const TEXTS = {
  en: {
    lead: "Two phones, one server on this machine. Send Bob away, let ten thousand messages come, and bring him back.",
    addPerson: "Add a person",
    whoToAdd: "Name of the person (letters, digits, - and _)",
    frames: "Frames",
    language: "Language",
    online: "online",
    offline: "offline",
    connecting: "connecting …",
    goOffline: "Go offline",
    comeBack: "Come back",
    receive: "Receive {count} while away",
    receiving: "Writing {count} messages for {name} …",
    received: "{count} messages wait at the server, written in {seconds} s. Bring {name} back.",
    oldWay: "The old way",
    sessions: "Chats of {name}",
    noSessions: "No chats yet. Write to somebody below.",
    writeTo: "To whom",
    start: "Open chat",
    newGroup: "New group",
    groupName: "Name of the group",
    back: "Back to the chats",
    message: "Message to {name}",
    send: "Send",
    unread: "{count} unread",
    fromServer: "page from the server: {count} messages",
    ownDatabase: "from here on your own database",
    beginning: "The beginning of this chat",
    removed: "Older messages have been removed",
    joinPoint: "You joined here",
    loading: "Loading …",
    sending: "sending …",
    held: "waits for review",
    refused: "not sent: {why}",
    you: "you",
    block: "Block {name}",
    unblock: "Unblock {name}",
    join: "{name} has joined",
    leave: "{name} has left",
    add: "{name} has added {people}",
    remove: "{name} has removed {people}",
    create: "{name} has created the group",
    role: "{name} has changed a role",
    firstScreen: "First screen after {ms} ms: {sessions} chats, {unread} unread, {frames} frames, {bytes} kB",
    oldResult: "The old way: first screen after {ms} ms: {frames} frames, {bytes} kB; the page stood still for up to {freeze} ms",
    clear: "Empty the list",
    device: "Another device of {name}",
    stopped: "{name}'s client has stopped: {why}",
  },
  zh: {
    lead: "两部手机，一台运行在本机的服务器。让 Bob 离线，收下一万条消息，再让他回来。",
    addPerson: "添加一个人",
    whoToAdd: "名字（字母、数字、- 和 _）",
    frames: "数据帧",
    language: "语言",
    online: "在线",
    offline: "离线",
    connecting: "正在连接……",
    goOffline: "离线",
    comeBack: "上线",
    receive: "离线期间收到 {count} 条",
    receiving: "正在为 {name} 写入 {count} 条消息……",
    received: "服务器上有 {count} 条消息在等待，写入用了 {seconds} 秒。请让 {name} 上线。",
    oldWay: "旧方式",
    sessions: "{name} 的会话",
    noSessions: "还没有会话。在下面给别人写一条消息。",
    writeTo: "发给谁",
    start: "打开会话",
    newGroup: "新建群",
    groupName: "群名",
    back: "返回会话列表",
    message: "发给 {name} 的消息",
    send: "发送",
    unread: "{count} 条未读",
    fromServer: "来自服务器的一页：{count} 条消息",
    ownDatabase: "从这里开始是本地数据库",
    beginning: "会话从这里开始",
    removed: "更早的消息已被清除",
    joinPoint: "你从这里加入",
    loading: "正在加载……",
    sending: "发送中……",
    held: "等待审核",
    refused: "未发送：{why}",
    you: "你",
    block: "屏蔽 {name}",
    unblock: "取消屏蔽 {name}",
    join: "{name} 加入了群",
    leave: "{name} 离开了群",
    add: "{name} 添加了 {people}",
    remove: "{name} 移出了 {people}",
    create: "{name} 创建了群",
    role: "{name} 更改了角色",
    firstScreen: "{ms} 毫秒后出现首屏：{sessions} 个会话，{unread} 条未读，{frames} 帧，{bytes} kB",
    oldResult: "旧方式：{ms} 毫秒后出现首屏：{frames} 帧，{bytes} kB；页面最长卡顿 {freeze} 毫秒",
    clear: "清空列表",
    device: "{name} 的另一台设备",
    stopped: "{name} 的客户端已停止：{why}",
  },
};

/** @typedef {keyof typeof TEXTS.en} TextName */

let language = pick(localStorage.getItem("catchup language") ?? navigator.language);

/** @param {string} wanted @returns {"en" | "zh"} */
function pick(wanted) {
  return wanted.startsWith("zh") ? "zh" : "en";
}

export const currentLanguage = () => language;

/** Change the language, and tell the page. @param {string} wanted */
export function chooseLanguage(wanted) {
  language = pick(wanted);
  localStorage.setItem("catchup language", language);
  document.documentElement.lang = language;
  window.dispatchEvent(new Event("language"));
}

/**
 * Return a text in the language of the page.
 * @param {TextName} name
 * @param {Record<string, string | number>} [values]
 */
export const say = (name, values = {}) =>
  TEXTS[language][name].replace(/\{(\w+)\}/g, (_, key) => {
    const value = values[key] ?? "";
    return typeof value === "number" ? value.toLocaleString(language) : value;
  });
