// The page: phones side by side, what to try with them, and a drawer with their frames.

import { Comparison } from "./comparison.js";
import { fieldOf, formOf, openDialog } from "./dialogs.js";
import { make } from "./dom.js";
import { Drawer } from "./drawer.js";
import { prepareFormats } from "./format.js";
import { Guide } from "./guide.js";
import { Phone } from "./phone.js";
import { chooseLanguage, currentLanguage, say } from "./texts.js";

/** @typedef {{uid: string, id: string}} Opened */

// A page with other first people keeps its own.
const KEY = `catchup phones${location.search}`;
const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
/** Somebody's devices, by id, in the order in which they are opened. */
const DEVICES = ["phone", "tablet"];
const FIRST = "alice,bob,bob/tablet";

/** @template {HTMLElement} T @param {string} id */
const find = (id) => /** @type {T} */ (document.getElementById(id));
const phones = find("phones");
const jumps = find("jumps");
const isNarrow = matchMedia("(max-width: 1100px)");
const languages = /** @type {HTMLSelectElement} */ (find("language"));

customElements.define("catchup-phone", Phone);
const comparison = new Comparison();
const drawer = new Drawer(find("drawer"));
const guide = new Guide(find("guide"), comparison);

/** @type {Map<Phone, Opened>} */
const opened = new Map();

/** @param {Opened} which */
function open(which) {
  const peopleHere = () => [...new Set([...opened.values()].map(({ uid }) => uid))];
  const phone = new Phone({ ...which, ledger: drawer.ledger, comparison, peopleHere });
  phone.addEventListener("another-device", () => openAnother(which.uid));
  phone.addEventListener("remove-device", () => remove(phone));
  opened.set(phone, which);
  const last = [...opened].findLast(([other, { uid }]) => other !== phone && uid === which.uid);
  if (last) last[0].after(phone);
  else phones.append(phone);
  keep();
  return phone;
}

/** @param {string} uid */
function openAnother(uid) {
  const taken = [...opened.values()].filter((other) => other.uid === uid).map(({ id }) => id);
  const ids = [...DEVICES, ...taken.map((_, index) => `phone-${index + 2}`)];
  show(open({ uid, id: ids.find((id) => !taken.includes(id)) ?? "phone" }));
}

/** @param {Phone} phone */
function remove(phone) {
  opened.delete(phone);
  phone.remove();
  keep();
  find("add").focus();
}

/** @param {Phone} phone */
function show(phone) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  phone.scrollIntoView({ behavior: isCalm ? "auto" : "smooth", block: "nearest", inline: "center" });
}

/** Keep who is open for the next time, and offer a way to each on a narrow screen. */
function keep() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...opened.values()]));
  } catch {
    // Without storage they are there until the page is closed.
  }
  const all = [...phones.children].filter((child) => child instanceof Phone);
  jumps.replaceChildren(...all.map((phone) => make("button", { type: "button", onclick: () => show(phone) }, phone.name)));
  find("nobody").hidden = opened.size > 0;
}

/** Whose devices the page shows at first: Alice's phone, Bob's phone and tablet, or those of `?people=carol,dave/tablet`. */
function firstDevices() {
  const named = (new URLSearchParams(location.search).get("people") ?? FIRST).split(",").map((each) => each.split("/"));
  return named.filter(([uid = "", id = "phone"]) => NAME.test(uid) && NAME.test(id)).map(([uid = "", id = "phone"]) => ({ uid, id }));
}

/** @returns {Opened[]} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? firstDevices();
  } catch {
    return firstDevices();
  }
}

function askForPerson() {
  const name = make("input", { required: true, autocomplete: "off", pattern: "[A-Za-z0-9_.\\-]{1,64}", maxLength: 64 });
  const form = formOf(say("addPerson"), [fieldOf(say("whoToAdd"), name, say("whoToAddHint"))], async () => {
    close();
    openAnother(name.value.trim());
  });
  const { close } = openDialog(say("addPerson"), form);
  name.focus();
}

/** Let a button show and hide a part of the page. @param {string} button @param {string} part @param {() => void} [onShow] */
function toggles(button, part, onShow = () => {}) {
  find(button).addEventListener("click", () => {
    const element = find(part);
    element.hidden = !element.hidden;
    find(button).setAttribute("aria-expanded", String(!element.hidden));
    if (element.hidden) return;
    onShow();
    if (isNarrow.matches) element.scrollIntoView({ block: "start" });
  });
}

function translate() {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.title = say("pageTitle");
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    element.textContent = say(/** @type {import("./texts.js").TextName} */ (element.dataset["text"]));
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-label]"))) {
    element.setAttribute("aria-label", say(/** @type {import("./texts.js").TextName} */ (element.dataset["label"])));
  }
  drawer.translate();
  guide.translate();
}

// The second click of a double click would undo the first: offline again, or the next phone removed.
document.addEventListener(
  "click",
  (event) => {
    const [target] = event.composedPath();
    if (event.detail < 2 || !(target instanceof Element && target.closest("button"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
find("add").addEventListener("click", askForPerson);
toggles("show-guide", "guide");
toggles("frames", "drawer", () => drawer.show());
if (isNarrow.matches) find("show-guide").click();
languages.value = currentLanguage();
languages.addEventListener("change", () => chooseLanguage(languages.value));
window.addEventListener("language", translate);

translate();
for (const which of kept()) open(which);
// Safari has no idle callbacks.
(window.requestIdleCallback ?? setTimeout)(() => prepareFormats(currentLanguage()));
