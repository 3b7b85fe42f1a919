// How long the page stands still.

export class Freezes {
  #freeze = 0;
  #task = 0;
  #last = 0;
  #isDone = false;
  #observer = new PerformanceObserver((tasks) => this.#note(tasks.getEntries()));

  begin() {
    this.#last = performance.now();
    if (PerformanceObserver.supportedEntryTypes.includes("longtask")) this.#observer.observe({ type: "longtask" });
    requestAnimationFrame(() => this.#watch());
  }

  /** Return the longest time between two frames of the screen, and the longest task (0: none was over 50 ms), in ms. */
  end() {
    this.#watch();
    this.#isDone = true;
    this.#note(this.#observer.takeRecords());
    this.#observer.disconnect();
    return { freeze: Math.round(this.#freeze), task: Math.round(this.#task) };
  }

  #watch() {
    const now = performance.now();
    this.#freeze = Math.max(this.#freeze, now - this.#last);
    this.#last = now;
    if (!this.#isDone) requestAnimationFrame(() => this.#isDone || this.#watch());
  }

  /** @param {PerformanceEntryList} tasks */
  #note(tasks) {
    this.#task = Math.max(this.#task, ...tasks.map(({ duration }) => duration));
  }
}
