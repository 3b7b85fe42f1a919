// JPEG without what a camera notes: where it was taken, and with what (ITU-T T.81, annex B; CIPA DC-008, section 4.6).

const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
const COMMENT = 0xfe;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ICC = [..."ICC_PROFILE\0"].map((sign) => sign.charCodeAt(0));
const ADOBE = [..."Adobe"].map((sign) => sign.charCodeAt(0));
/** What a decoder needs of the segments of applications, by marker: JFIF, the colour profile, how colours are written. */
const KEPT = new Map([[0xe0, /** @type {number[]} */ ([])], [0xe2, ICC], [0xee, ADOBE]]);
const ORIENTATION = 0x0112;

/** @typedef {{marker: number, from: number, content: number, to: number}} Segment `from`, `to`: with its marker */

/**
 * Return the picture without Exif, XMP, IPTC, comments and what follows its end; how it is turned stays. What is no whole
 * JPEG is returned as it is.
 * @param {Uint8Array<ArrayBuffer>} picture
 * @returns {Uint8Array<ArrayBuffer>[]} its pieces
 */
export function withoutMetadata(picture) {
  const segments = segmentsOf(picture);
  if (!segments) return [picture];
  const exif = segments.find(({ marker, content }) => marker === 0xe1 && begins(picture, content, EXIF));
  const turned = exif ? orientationOf(picture.subarray(exif.content + EXIF.length, exif.to)) : 1;
  const kept = segments.filter(({ marker, content }) => {
    if (marker < 0xe0 || marker > 0xef) return marker !== COMMENT;
    const prefix = KEPT.get(marker);
    return prefix !== undefined && begins(picture, content, prefix);
  });
  return [picture.subarray(0, 2), ...(turned > 1 ? [exifOf(turned)] : []), ...kept.map(({ from, to }) => picture.subarray(from, to))];
}

/** The segments up to the end of the picture; null if it is no whole JPEG. @param {Uint8Array} picture */
function segmentsOf(picture) {
  if (picture[0] !== 0xff || picture[1] !== START) return null;
  /** @type {Segment[]} */
  const segments = [];
  for (let at = 2; at + 1 < picture.length; ) {
    const from = at;
    while (picture[at + 1] === 0xff) at += 1; // fillers
    const marker = picture[at + 1] ?? 0;
    if (picture[at] !== 0xff) return null;
    const isBare = marker === END || marker === 1 || (marker >= 0xd0 && marker < START);
    let to = at + 2 + (isBare ? 0 : ((picture[at + 2] ?? 0) << 8) | (picture[at + 3] ?? 0));
    if (to > picture.length || (!isBare && to < at + 4)) return null;
    if (marker === SCAN) while (to + 1 < picture.length && !isAfterScan(picture, to)) to += 1;
    segments.push({ marker, from, content: at + 4, to });
    if (marker === END) return segments;
    at = to;
  }
  return null;
}

/** After the data of a scan comes a marker: not a stuffed byte, not a restart, not a filler. @param {Uint8Array} picture @param {number} at */
function isAfterScan(picture, at) {
  const next = picture[at + 1] ?? 0;
  return picture[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next < START);
}

/** @param {Uint8Array} tiff the directory that says how the picture is turned: 1 to 8; 1: not at all */
function orientationOf(tiff) {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14) return 1;
  const isLittle = tiff[0] === 0x49;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, isLittle);
  for (let at = directory + 2; at + 12 <= Math.min(directory + 2 + 12 * count, tiff.length); at += 12) {
    if (view.getUint16(at, isLittle) !== ORIENTATION) continue;
    const turned = view.getUint16(at + 8, isLittle);
    return turned >= 1 && turned <= 8 ? turned : 1;
  }
  return 1;
}

/** An Exif segment that says how the picture is turned, and nothing else. @param {number} turned */
const exifOf = (turned) =>
  new Uint8Array([0xff, 0xe1, 0, 34, ...EXIF, 0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0]);

/** @param {Uint8Array} bytes @param {number} at @param {readonly number[]} prefix */
const begins = (bytes, at, prefix) => prefix.every((value, index) => bytes[at + index] === value);
