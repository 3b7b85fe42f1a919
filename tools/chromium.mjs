// How Chromium is started for tests, benchmarks and pictures.

/** CI has neither a user to protect nor a graphics card; a browser that talks to its maker would disturb what is looked at. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
