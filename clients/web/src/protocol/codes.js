// Codes of answers, and what to do about each (docs/protocol.md, section 6).

/** Answers after which the same frame is sent again, with backoff. */
export const RETRYABLE = new Set(["ABORTED", "DEADLINE_EXCEEDED", "INTERNAL", "RESOURCE_EXHAUSTED", "UNAVAILABLE"]);
