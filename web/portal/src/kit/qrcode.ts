// QR symbols (ISO/IEC 18004): bytes, error correction level M, versions 1 to 20, which is
// 666 bytes: more than any address of ours.

/** Level M by version: codewords of correction in a block, and blocks. */
const correction = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

// Powers and logarithms in GF(256) with x^8 + x^4 + x^3 + x^2 + 1.
const power = new Uint8Array(512);
const log = new Uint8Array(256);
for (let i = 0, value = 1; i < 255; i++) {
  power[i] = power[i + 255] = value;
  log[value] = i;
  value = value & 128 ? (value << 1) ^ 0x11d : value << 1;
}
const times = (a: number, b: number): number => (a && b ? power[log[a]! + log[b]!]! : 0);

/** The remainder that makes a block divisible by the generator of that degree. */
function remainder(data: number[], degree: number): number[] {
  let generator = [1];
  for (let root = 0; root < degree; root++) {
    const next = new Array<number>(generator.length + 1).fill(0);
    generator.forEach((factor, at) => {
      next[at]! ^= factor;
      next[at + 1]! ^= times(factor, power[root]!);
    });
    generator = next;
  }
  const rest = [...data, ...new Array<number>(degree).fill(0)];
  for (let at = 0; at < data.length; at++) {
    const lead = rest[at]!;
    if (lead) generator.forEach((factor, offset) => (rest[at + offset]! ^= times(factor, lead)));
  }
  return rest.slice(data.length);
}

/** Where alignment patterns stand along one side. */
function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = version * 4 + 10;
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - step * (count - 2 - at))];
}

class Grid {
  readonly size: number;
  readonly dark: boolean[][];
  readonly fixed: boolean[][];

  constructor(readonly version: number) {
    this.size = version * 4 + 17;
    const make = (): boolean[][] => Array.from({ length: this.size }, () => new Array<boolean>(this.size).fill(false));
    this.dark = make();
    this.fixed = make();
    this.patterns();
  }

  set(x: number, y: number, dark: boolean): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
    this.dark[y]![x] = dark;
    this.fixed[y]![x] = true;
  }

  private patterns(): void {
    const { size, version } = this;
    for (let at = 0; at < size; at++) {
      this.set(6, at, at % 2 === 0);
      this.set(at, 6, at % 2 === 0);
    }
    for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) {
      for (let dy = -4; dy <= 4; dy++) {
        for (let dx = -4; dx <= 4; dx++) {
          const ring = Math.max(Math.abs(dx), Math.abs(dy));
          this.set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
        }
      }
    }
    const places = alignments(version);
    const end = places.length - 1;
    places.forEach((cy, row) => places.forEach((cx, column) => {
      if ((row === 0 && column === 0) || (row === 0 && column === end) || (row === end && column === 0)) return;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) this.set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
      }
    }));
    this.format(0);
    if (version < 7) return;
    let rest = version;
    for (let bit = 0; bit < 12; bit++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let bit = 0; bit < 18; bit++) {
      const [a, b] = [size - 11 + (bit % 3), Math.floor(bit / 3)];
      this.set(a, b, ((bits >>> bit) & 1) === 1);
      this.set(b, a, ((bits >>> bit) & 1) === 1);
    }
  }

  /** Level M is 00, so the mask alone is written. */
  format(mask: number): void {
    let rest = mask;
    for (let bit = 0; bit < 10; bit++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const on = (bit: number): boolean => ((bits >>> bit) & 1) === 1;
    const { size } = this;
    for (let bit = 0; bit < 6; bit++) this.set(8, bit, on(bit));
    this.set(8, 7, on(6));
    this.set(8, 8, on(7));
    this.set(7, 8, on(8));
    for (let bit = 9; bit < 15; bit++) this.set(14 - bit, 8, on(bit));
    for (let bit = 0; bit < 8; bit++) this.set(size - 1 - bit, 8, on(bit));
    for (let bit = 8; bit < 15; bit++) this.set(8, size - 15 + bit, on(bit));
    this.set(8, size - 8, true);
  }

  /** Writes the bits in two-wide columns, upwards and downwards in turn, from the right. */
  write(bytes: number[]): void {
    let at = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upwards = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.size; step++) {
        const y = upwards ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.fixed[y]![x]) continue;
          this.dark[y]![x] = at < bytes.length * 8 && ((bytes[at >>> 3]! >>> (7 - (at & 7))) & 1) === 1;
          at++;
        }
      }
    }
  }

  mask(number: number): void {
    const turn = masks[number]!;
    for (let y = 0; y < this.size; y++) {
      for (let x = 0; x < this.size; x++) {
        if (!this.fixed[y]![x] && turn(x, y)) this.dark[y]![x] = !this.dark[y]![x];
      }
    }
  }

  /** What makes a symbol hard to read: long runs, blocks, what looks like a finder, too much of one colour. */
  penalty(): number {
    const { size, dark } = this;
    let sum = 0;
    const lines = [...dark, ...dark.map((_, x) => dark.map((row) => row[x]!))];
    for (const line of lines) {
      const text = line.map((one) => (one ? "1" : "0")).join("");
      for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
      for (const finder of ["10111010000", "00001011101"]) {
        for (let at = text.indexOf(finder); at >= 0; at = text.indexOf(finder, at + 1)) sum += 40;
      }
    }
    for (let y = 0; y < size - 1; y++) {
      for (let x = 0; x < size - 1; x++) {
        const one = dark[y]![x];
        if (one === dark[y]![x + 1] && one === dark[y + 1]![x] && one === dark[y + 1]![x + 1]) sum += 3;
      }
    }
    const share = dark.flat().filter(Boolean).length / (size * size);
    return sum + Math.floor(Math.abs(share * 20 - 10)) * 10;
  }
}

const masks: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Codewords that a version has room for, those of correction included. */
function capacity(version: number): number {
  const size = version * 4 + 17;
  const count = version === 1 ? 0 : Math.floor(version / 7) + 2;
  let bits = size * size - 3 * 64 - 2 * 15 - 1 - 2 * (size - 16);
  if (count) bits -= (count * count - 3) * 25 - 2 * (count - 2) * 5;
  if (version >= 7) bits -= 36;
  return bits >>> 3;
}

/** The modules of the symbol for a text, row by row, true for dark; undefined for a text that is too long. */
export function encode(text: string): boolean[][] | undefined {
  const bytes = [...new TextEncoder().encode(text)];
  for (let version = 1; version <= 20; version++) {
    const inBlock = correction[version - 1]!;
    const many = blocks[version - 1]!;
    const total = capacity(version);
    const room = total - inBlock * many;
    const lengthBits = version < 10 ? 8 : 16;
    if (4 + lengthBits + bytes.length * 8 > room * 8) continue;
    let bits = `0100${bytes.length.toString(2).padStart(lengthBits, "0")}${bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("")}`;
    bits += "0".repeat(Math.min(4, room * 8 - bits.length));
    bits += "0".repeat((8 - (bits.length % 8)) % 8);
    const data = bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2));
    for (let pad = 0xec; data.length < room; pad ^= 0xec ^ 0x11) data.push(pad);
    return best(version, interleave(data, many, inBlock));
  }
  return undefined;
}

/** Cuts the data into blocks, the shorter ones first, and takes from each in turn. */
function interleave(data: number[], many: number, inBlock: number): number[] {
  const short = Math.floor(data.length / many);
  const long = data.length % many;
  const parts: number[][] = [];
  for (let at = 0, block = 0; block < many; block++) {
    const length = short + (block >= many - long ? 1 : 0);
    parts.push(data.slice(at, at + length));
    at += length;
  }
  const checks = parts.map((part) => remainder(part, inBlock));
  const out: number[] = [];
  for (let at = 0; at <= short; at++) for (const part of parts) if (at < part.length) out.push(part[at]!);
  for (let at = 0; at < inBlock; at++) for (const check of checks) out.push(check[at]!);
  return out;
}

function best(version: number, codewords: number[]): boolean[][] {
  let found: { grid: Grid; penalty: number } | undefined;
  for (let mask = 0; mask < masks.length; mask++) {
    const grid = new Grid(version);
    grid.write(codewords);
    grid.mask(mask);
    grid.format(mask);
    const penalty = grid.penalty();
    if (!found || penalty < found.penalty) found = { grid, penalty };
  }
  return found!.grid.dark;
}
