// A page in a browser, as far as the library looks at it.

/** Make `document` and `window`; return them with what a test does to the page. */
export function openPage() {
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const window = new EventTarget();
  Object.assign(globalThis, { document, window });
  const tell = (target, name, fields = {}) => target.dispatchEvent(Object.assign(new Event(name), fields));
  return {
    online: () => tell(window, "online"),
    hide: () => {
      document.visibilityState = "hidden";
      tell(document, "visibilitychange");
    },
    show: () => {
      document.visibilityState = "visible";
      tell(document, "visibilitychange");
    },
    /** Into the back/forward cache, and out of it. */
    leave: () => tell(window, "pagehide", { persisted: true }),
    comeBack: () => tell(window, "pageshow", { persisted: true }),
    freeze: () => tell(document, "freeze"),
    resume: () => tell(document, "resume"),
    close: () => {
      delete globalThis.document;
      delete globalThis.window;
    },
  };
}
