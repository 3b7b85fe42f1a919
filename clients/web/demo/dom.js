// Making elements.

/**
 * Return a new element. Properties that begin with "on" are listeners; those with a "-", "role" and "for" are attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [properties]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, String(value));
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children);
  return element;
}

/** The page's own drawings, on a square of 24. */
const ICONS = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12h15M13 6l6 6-6 6",
  close: "M6 6l12 12M18 6L6 18",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-3.6 3-5.5 6.5-5.5s5.9 1.9 6.5 5.5M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.8c2 .7 3.1 2.5 3.5 5.2",
  phone: "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  tick: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5v5.5M12 16.3v.2",
  down: "M12 5v14M6 13l6 6 6-6",
  ticks: "M2.5 12.5l4.5 4.5L15.5 8.5M12 15.8l1.2 1.2L21.5 8.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  recall: "M9 7L4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-2",
  hide: "M4 4l16 16M10 6.3A9 9 0 0 1 21.5 12a13 13 0 0 1-2.6 3.4M6.3 7.3A13 13 0 0 0 2.5 12c2 3.7 5.3 6 9.5 6a9.5 9.5 0 0 0 4-.9M10 10a3 3 0 0 0 4 4",
  eye: "M2.5 12C4.5 8.3 7.8 6 12 6s7.5 2.3 9.5 6c-2 3.7-5.3 6-9.5 6s-7.5-2.3-9.5-6zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  clip: "M8 12.5l6-6a3 3 0 0 1 4.5 4.2l-8 8a5 5 0 0 1-7-7l7.5-7.5",
  mic: "M12 15a3.5 3.5 0 0 0 3.5-3.5v-5a3.5 3.5 0 0 0-7 0v5A3.5 3.5 0 0 0 12 15zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5",
  play: "M8 5l11 7-11 7z",
  more: "M5 12v.01M12 12v.01M19 12v.01",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
  mute: "M4 4l16 16M7.5 7A6 6 0 0 0 6 11v5.5L4.5 18H17M18 14v-3a6 6 0 0 0-8-5.7M10 20.5h4",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  archive: "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
  mark: "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  megaphone: "M4 10v4h3l8 4.5v-13L7 10zM18.5 9.5a4 4 0 0 1 0 5M8 14.5l1 5h2.5l-1-3.5",
  cloud: "M7 18.5h10a4 4 0 0 0 .6-7.95A5.5 5.5 0 0 0 7 9.6a4.5 4.5 0 0 0 0 8.9z",
};
/** @typedef {keyof typeof ICONS} IconName */
const SVG = "http://www.w3.org/2000/svg";

/** @param {IconName} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button with a drawing, and a name for those who can't see it.
 * @param {IconName} drawing
 * @param {string} name
 * @param {() => void} onclick
 */
export const iconButton = (drawing, name, onclick) =>
  make("button", { type: "button", className: "plain", title: name, "aria-label": name, onclick }, icon(drawing));

/**
 * Let a parent have exactly these children, in this order. Children that stay are not touched, and keep the focus.
 * @param {Element} parent
 * @param {readonly Element[]} children
 */
export function arrange(parent, children) {
  const wanted = new Set(children);
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    const there = parent.children[index];
    if (there !== child) parent.insertBefore(child, there ?? null);
  });
  if (focused && focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/**
 * Before a part of the page is drawn anew: note which act in it has the focus. Call the result afterwards: it gives the focus
 * to the same act (`data-act`, of a control or of its form), or to the first control if that is gone.
 * @param {Element} part
 */
export function keepFocus(part) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  return () => {
    if (!focused || (focused === document.activeElement && focused.checkVisibility())) return;
    const controls = [.../** @type {NodeListOf<HTMLInputElement | HTMLButtonElement>} */ (part.querySelectorAll("input, button"))];
    const usable = controls.filter((control) => !control.disabled && control.checkVisibility());
    (usable.find((control) => actOf(control) === actOf(focused)) ?? usable[0])?.focus();
  };
}

/** @param {Element} control */
const actOf = (control) => /** @type {HTMLElement | null} */ (control.closest("[data-act]"))?.dataset["act"];

/** The task after the next frame of the screen: what is drawn in it does not make that frame longer. */
export const afterFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
