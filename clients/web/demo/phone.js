// One phone: a person's device with its list of chats or one chat on the screen, and around it what one can try with it.

import { isGroup } from "catchup-client";
import { AwayTools } from "./away-tools.js";
import { ChatList } from "./chat-list.js";
import { faceOf, hidden } from "./faces.js";
import { ChatView } from "./chat-view.js";
import { Device, unlessClosed } from "./device.js";
import { explained } from "./dialogs.js";
import { afterFrame, iconButton, make } from "./dom.js";
import { nameOf, shortCount, titleOf } from "./format.js";
import { Freezes } from "./freezes.js";
import { openPersonSettings } from "./person-settings.js";
import { PhoneFoot } from "./phone-foot.js";
import { currentLanguage, say } from "./texts.js";

/** @import { SessionState } from "catchup-client" */
/** @import { Comparison } from "./comparison.js" */
/** @import { Ledger } from "./deeds.js" */

/** @typedef {{uid: string, id: string, ledger: Ledger, comparison: Comparison, peopleHere: () => string[]}} Setting */

/** Sends "another-device" and "remove-device". */
export class Phone extends HTMLElement {
  /** @type {Device} */
  #device;
  /** @type {Setting} */
  #setting;
  /** @type {ChatView | null} */
  #chat = null;
  #isOpen = false;
  #isLost = false;
  #redraw = 0;
  #freezes = new Freezes();

  #bar = make("div", { className: "station" });
  #badge = make("span", { className: "dot badge", hidden: true });
  #state = make("span", { className: "state", role: "status" });
  #away = make("button", { type: "button", className: "away", onclick: () => this.#toggle() });
  #tools;
  #note = make("p", { className: "note", role: "status" });
  #screen = make("div", { className: "screen" });
  #home = make("div", { className: "home" });
  #list;
  #foot;

  /** @param {Setting} setting */
  constructor(setting) {
    super();
    this.#setting = setting;
    this.#device = new Device(setting.uid, setting.id, setting.ledger);
    this.#list = new ChatList(this.#device, (sessionId) => this.#openChat(sessionId));
    this.#foot = new PhoneFoot(this.#device, {
      peopleHere: setting.peopleHere,
      onOpen: (sessionId) => this.#openChat(sessionId),
      onFault: (error) => this.#tell(explained(error), true),
    });
    this.#tools = new AwayTools(this.#device, {
      tell: (text, isError) => this.#tell(text, isError),
      screen: this.#screen,
      onOldWay: (old) => {
        this.dataset["oldWay"] = JSON.stringify(old);
        setting.comparison.note(this.#device.name, { old });
      },
      onShown: () => this.#showHome(),
    });
  }

  get name() {
    const { uid, id } = this.#setting;
    return id === "phone" ? uid : `${uid} · ${id}`;
  }

  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", this.name);
    this.#home.append(this.#list.element, this.#foot.element);
    const front = make("div", { className: "front" }, this.#screen);
    this.append(this.#bar, this.#tools.element, this.#note, front);
    this.#showHome();
    this.#device.addEventListener("change", () => this.#drawSoon());
    this.#device.addEventListener("anew", () => {
      this.#showHome();
      this.#tell(say("anew"));
    });
    this.#device.addEventListener("asked", (event) => {
      const { sessionId, uid } = /** @type {CustomEvent} */ (event).detail;
      unlessClosed(this.#tellOfAsking(sessionId, uid));
    });
    window.addEventListener("language", this.#translate);
    this.#translate();
    this.#device.open().then(
      () => {
        this.#isOpen = true;
        this.#drawSoon();
      },
      (error) => this.#tell(say("stopped", { name: this.name, why: explained(error) }), true),
    );
  }

  disconnectedCallback() {
    window.removeEventListener("language", this.#translate);
    cancelAnimationFrame(this.#redraw);
    this.#isOpen = false;
    this.#chat?.close();
    this.#device.close().catch(() => undefined);
  }

  #translate = () => {
    const { uid, id } = this.#setting;
    const add = iconButton("phone", say("device", { name: uid }), () => this.dispatchEvent(new Event("another-device")));
    const remove = iconButton("close", say("removePhone", { name: this.name }), () => this.dispatchEvent(new Event("remove-device")));
    const title = make("div", { className: "whose" }, make("h2", {}, uid), make("small", { title: say("deviceId") }, id));
    const settings = say("settingsOf", { name: this.name });
    const onclick = () => this.#isOpen && openPersonSettings(this.#device);
    const face = make("button", { type: "button", className: "plain", title: settings, "aria-label": settings, "aria-haspopup": "dialog", onclick }, faceOf(uid));
    this.#bar.replaceChildren(make("span", { className: "owner" }, face, this.#badge), title, this.#state, this.#away, add, remove);
    this.#tools.translate();
    this.#foot.translate();
    this.#list.forget();
    this.#chat?.translate();
    this.#drawSoon();
  };

  /** @param {string} text @param {boolean} [isError] */
  #tell(text, isError = false) {
    this.#note.classList.toggle("error", isError);
    this.#note.textContent = text;
  }

  /** Say so when the server can't be reached, until it can. */
  #tellWhetherReached() {
    const isLost = this.#device.state === "connecting" && this.#device.attempts > 1;
    if (isLost) this.#tell(say("cantReach"), true);
    else if (this.#isLost) this.#tell("");
    this.#isLost = isLost;
  }

  #toggle() {
    if (!this.#device.isAway) {
      this.#device.goAway();
      return this.#tell(say("isAway", { name: this.#setting.uid }));
    }
    this.#tell("");
    this.#freezes = new Freezes();
    this.#freezes.begin();
    this.#device.comeBack();
  }

  /** Draw once a frame, however many events come. */
  #drawSoon() {
    this.#redraw ||= requestAnimationFrame(() => {
      this.#redraw = 0;
      unlessClosed(this.#draw());
    });
  }

  async #draw() {
    const { state, isAway, error } = this.#device;
    this.#state.dataset["state"] = state;
    this.#state.textContent = say(state);
    this.#state.title = say(state === "following" ? "followingHint" : state);
    this.#away.textContent = say(isAway ? "comeBack" : "goOffline");
    this.#away.classList.toggle("primary", isAway);
    this.#away.disabled = state === "stopped" || state === "following";
    this.#tools.draw();
    if (error) this.#tell(say("stopped", { name: this.name, why: explained(error) }), true);
    this.#foot.draw();
    this.#tellWhetherReached();
    if (!this.#isOpen) return;
    const sessions = await this.#device.client.sessions();
    const shown = await this.#device.client.chatList();
    const unknown = shown.slice(0, 100).filter(({ sessionId }) => !this.#device.newest.has(sessionId));
    await Promise.all(unknown.map(({ sessionId }) => this.#device.readNewest(sessionId)));
    this.#drawBadge(await this.#device.client.unreadTotal());
    if (!(await this.#list.draw(shown))) return;
    const people = sessions.filter(({ sessionId }) => !isGroup(sessionId)).map(({ sessionId }) => nameOf(sessionId, this.#setting.uid));
    this.#device.presence.show(people.filter((uid) => uid !== this.#setting.uid));
    if (this.#device.awaitsFirstScreen) this.#measure(sessions);
    this.#device.learnNames(sessions).catch(() => undefined);
  }

  /** @param {string} sessionId @param {string} uid */
  async #tellOfAsking(sessionId, uid) {
    const state = await this.#device.client.session(sessionId).state();
    this.#tell(say("asksToJoin", { name: uid, group: titleOf(state, this.#setting.uid) }));
  }

  /** All that is unread, as on the sign of an app. @param {number} unread */
  #drawBadge(unread) {
    this.#badge.hidden = unread === 0;
    this.#badge.title = say("unread", { count: unread });
    this.#badge.replaceChildren(shortCount(unread, currentLanguage()), hidden(say("unreadWord")));
  }

  /** The first screen since it came back is in the document: measure when the browser shows it. */
  /** @param {readonly SessionState[]} sessions */
  #measure(sessions) {
    const taken = this.#device.firstScreen();
    const unread = sessions.reduce((sum, session) => sum + session.unread, 0);
    const began = performance.now();
    const show = () => {
      const ms = taken.ms + Math.round(performance.now() - began);
      const catchup = { ...taken, ms, ...this.#freezes.end() };
      this.dataset["firstScreen"] = JSON.stringify({ ...catchup, sessions: sessions.length, unread });
      this.#tell(say("firstScreen", { ms, unread, count: taken.frames }));
      if (unread > 0) this.#setting.comparison.note(this.#device.name, { catchup });
    };
    void afterFrame().then(show);
  }

  /** @param {string} sessionId */
  #openChat(sessionId) {
    if (!this.#isOpen) return;
    this.#chat?.close();
    this.#chat = new ChatView(this.#device, sessionId, () => {
      this.#showHome();
      this.#list.focus(sessionId);
    });
    this.#screen.replaceChildren(this.#chat.element);
    unlessClosed(this.#chat.open());
  }

  #showHome() {
    this.#chat?.close();
    this.#chat = null;
    this.#screen.replaceChildren(this.#home);
    this.#drawSoon();
  }
}
