// Sets of whole numbers, such as seqs, as ascending, disjoint ranges. Pure functions.

/** @typedef {readonly [low: number, high: number]} Range the whole numbers from `low` to `high`, both included */
/** @typedef {readonly Range[]} Ranges ascending, disjoint and not adjacent */

/** @param {Ranges} ranges */
export const sizeOf = (ranges) => ranges.reduce((total, [low, high]) => total + high - low + 1, 0);

/**
 * Tell whether a number is in one of the ranges. Takes the logarithm of their number.
 * @param {Ranges} ranges
 * @param {number} number
 */
export function includes(ranges, number) {
  const at = firstFrom(ranges, number);
  return at < ranges.length && /** @type {Range} */ (ranges[at])[0] <= number;
}

/**
 * Return the parts of `ranges` that are in none of `covered`.
 * @param {Ranges} ranges
 * @param {Ranges} covered
 * @returns {Range[]}
 */
export function subtract(ranges, covered) {
  /** @type {Range[]} */
  const left = [];
  let at = 0;
  for (const [first, high] of ranges) {
    let low = first;
    while (at > 0 && /** @type {Range} */ (covered[at - 1])[1] >= low) at -= 1;
    for (; at < covered.length; at += 1) {
      const [from, to] = /** @type {Range} */ (covered[at]);
      if (from > high) break;
      if (from > low) left.push([low, from - 1]);
      low = Math.max(low, to + 1);
    }
    if (low <= high) left.push([low, high]);
  }
  return left;
}

/**
 * Return the ranges together with one more, which may overlap them.
 * @param {Ranges} ranges
 * @param {Range} more
 * @returns {Range[]}
 */
export function join(ranges, [low, high]) {
  if (low > high) return [...ranges];
  let from = firstFrom(ranges, low - 1);
  let to = from;
  let [least, most] = [low, high];
  while (to < ranges.length && /** @type {Range} */ (ranges[to])[0] <= high + 1) {
    const [one, other] = /** @type {Range} */ (ranges[to]);
    [least, most] = [Math.min(least, one), Math.max(most, other)];
    to += 1;
  }
  return [...ranges.slice(0, from), [least, most], ...ranges.slice(to)];
}

/**
 * Return single numbers as ranges.
 * @param {Iterable<number>} numbers in any order
 * @returns {Range[]}
 */
export function rangesOf(numbers) {
  /** @type {[number, number][]} */
  const ranges = [];
  for (const number of [...new Set(numbers)].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/**
 * Return the parts of `asked` that are not among `numbers`.
 * @param {Range} asked
 * @param {Iterable<number>} numbers
 */
export const leftOut = (asked, numbers) => (asked[0] > asked[1] ? [] : subtract([asked], rangesOf(numbers)));

/**
 * Return the numbers of ranges, the highest first, at most `limit`.
 * @param {Ranges} ranges
 * @param {number} limit
 */
export function highest(ranges, limit) {
  /** @type {number[]} */
  const numbers = [];
  for (const [low, high] of [...ranges].reverse()) {
    for (let number = high; number >= low && numbers.length < limit; number -= 1) numbers.push(number);
  }
  return numbers;
}

/**
 * Return the index of the first range that ends at `number` or above.
 * @param {Ranges} ranges
 * @param {number} number
 */
function firstFrom(ranges, number) {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Range} */ (ranges[middle])[1] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
