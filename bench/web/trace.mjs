// What a trace of Chromium says of the page's main thread.
//
// Times are CPU times of the thread: what other programs of the machine do is not in them, but the throttling is, which
// lets the thread spin.

const TASK = "RunTask";

/** Return the longest task, and the work between the login's answer and the first screen, in ms of the main thread. */
export function tasksOf({ traceEvents }) {
  const marks = new Map(traceEvents.filter(({ cat = "" }) => cat.includes("blink.user_timing")).map((mark) => [mark.name, mark]));
  const answer = marks.get("login answer");
  const screen = marks.get("first screen");
  const isOfPage = ({ pid, tid }) => pid === answer.pid && tid === answer.tid;
  const tasks = traceEvents.filter((event) => event.ph === "X" && event.name === TASK && isOfPage(event));
  if (tasks.length === 0 || tasks.some(({ tdur }) => tdur === undefined)) throw new Error("the trace has no tasks");
  const since = tasks.filter(({ ts, dur }) => ts + dur > answer.ts);
  const until = since.filter(({ ts }) => ts < screen.ts);
  const ms = (event) => event.tdur / 1_000;
  return {
    longestTaskMs: Math.max(...since.map(ms)),
    longestTaskWallMs: Math.max(...since.map(({ dur }) => dur / 1_000)),
    firstScreenCpuMs: until.reduce((sum, task) => sum + ms(task), 0),
  };
}
