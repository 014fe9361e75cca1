/* The QR code of a bank transfer, made on the device, so that a counter has one without network. The payload is
   that of marketplace/payments/vietqr.py, the transfer code that of transfer_codes.py; the drawing follows
   ISO/IEC 18004: bytes, error correction M, versions 1 to 10. Tests hold it against the server's. */

const vietQr = (() => {
  /* --- the payload */
  const field = (name, value) => `${name}${String(value.length).padStart(2, "0")}${value}`;

  const crc = (text) => {
    let sum = 0xffff;
    for (const each of text) {
      sum ^= each.charCodeAt(0) << 8;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff;
    }
    return sum.toString(16).toUpperCase().padStart(4, "0");
  };

  const plain = (words) => words.replace(/[đĐ]/g, (each) => (each === "đ" ? "d" : "D")).normalize("NFD")
    .replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9 ]+/g, " ").split(/\s+/).filter(Boolean).join(" ").slice(0, 25).trim();

  const payload = ({ bank, number, amount, words }) => {
    const account = field("00", bank) + field("01", number);
    const text = [
      field("00", "01"),
      field("01", "12"),
      field("38", field("00", "A000000727") + field("01", account) + field("02", "QRIBFTTA")),
      field("53", "704"),
      field("54", String(amount)),
      field("58", "VN"),
      field("62", field("08", plain(words))),
      "6304",
    ].join("");
    return text + crc(text);
  };

  /* --- the code that tells one transfer from the others */
  const check = (body, alphabet) => {
    const size = alphabet.length;
    const product = [...body].reduce((value, each) => {
      const sum = (value + alphabet.indexOf(each)) % size || size;
      return (sum * 2) % (size + 1);
    }, size);
    return alphabet[(size + 1 - product) % size];
  };

  const newCode = ({ prefix, alphabet, random }) => {
    const most = 256 - (256 % alphabet.length); /* Above it the first letters would come oftener. */
    let body = "";
    while (body.length < random) {
      const [byte] = crypto.getRandomValues(new Uint8Array(1));
      if (byte < most) body += alphabet[byte % alphabet.length];
    }
    return prefix + body + check(body, alphabet);
  };

  /* --- the QR code. By version: check bytes of a block, then the data bytes of each block. */
  const BLOCKS = [
    null, [10, [16]], [16, [28]], [26, [44]], [18, [32, 32]], [24, [43, 43]], [16, [27, 27, 27, 27]],
    [18, [31, 31, 31, 31]], [22, [38, 38, 39, 39]], [22, [36, 36, 36, 37, 37]], [26, [43, 43, 43, 43, 44]],
  ];
  const ALIGNED = [
    [], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
  ];

  const POWER = new Array(255);
  const LOG = new Array(256);
  for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
    POWER[exponent] = value;
    LOG[value] = exponent;
    value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1;
  }
  const times = (one, other) => (one && other ? POWER[(LOG[one] + LOG[other]) % 255] : 0);

  /* Reed and Solomon's remainder. */
  const checkBytes = (data, count) => {
    let divisor = [1];
    for (let root = 0; root < count; root += 1) {
      const next = [...divisor, 0];
      divisor.forEach((each, place) => { next[place + 1] ^= times(each, POWER[root]); });
      divisor = next;
    }
    const rest = [...data, ...new Array(count).fill(0)];
    data.forEach((_each, place) => {
      const factor = rest[place];
      divisor.forEach((each, step) => { rest[place + step] ^= times(each, factor); });
    });
    return rest.slice(data.length);
  };

  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const lengthBits = (version) => (version < 10 ? 8 : 16);

  const versionFor = (length) => {
    for (let version = 1; version < BLOCKS.length; version += 1) {
      if (4 + lengthBits(version) + 8 * length <= 8 * sum(BLOCKS[version][1])) return version;
    }
    throw new RangeError("too long for a code");
  };

  /* The bytes of a text in the order in which they are drawn. */
  const codeBytes = (text, version) => {
    const [checks, sizes] = BLOCKS[version];
    const bits = [];
    const push = (value, count) => { for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1); };
    push(4, 4);
    push(text.length, lengthBits(version));
    [...text].forEach((each) => push(each.charCodeAt(0), 8));
    const room = 8 * sum(sizes);
    push(0, Math.min(4, room - bits.length));
    push(0, (8 - (bits.length % 8)) % 8);
    for (let filler = 0xec; bits.length < room; filler ^= 0xec ^ 0x11) push(filler, 8);
    const bytes = [];
    for (let at = 0; at < room; at += 8) bytes.push(Number.parseInt(bits.slice(at, at + 8).join(""), 2));
    let at = 0;
    const blocks = sizes.map((size) => bytes.slice(at, at += size));
    const inTurn = (columns) => Array.from({ length: Math.max(...columns.map((each) => each.length)) })
      .flatMap((_each, place) => columns.filter((each) => place < each.length).map((each) => each[place]));
    return [...inTurn(blocks), ...inTurn(blocks.map((each) => checkBytes(each, checks)))];
  };

  /* A number with its remainder behind it. */
  const withRest = (value, generator, count) => {
    let rest = value;
    for (let bit = 0; bit < count; bit += 1) rest = (rest << 1) ^ ((rest >> (count - 1)) * generator);
    return (value << count) | rest;
  };

  /* The squares of a text, row by row: 1 is dark. Of the eight masks, all of which are read, always the first. */
  const squares = (text) => {
    const version = versionFor(text.length);
    const size = 17 + 4 * version;
    const rows = Array.from({ length: size }, () => new Array(size).fill(null));
    const set = (row, column, dark) => { if (row in rows && column in rows[row]) rows[row][column] = Number(dark); };

    [[3, 3], [3, size - 4], [size - 4, 3]].forEach(([middle, centre]) => {
      for (let row = -4; row <= 4; row += 1) {
        for (let column = -4; column <= 4; column += 1) {
          const ring = Math.max(Math.abs(row), Math.abs(column));
          set(middle + row, centre + column, ring !== 2 && ring !== 4);
        }
      }
    });
    ALIGNED[version].forEach((middle) => ALIGNED[version].forEach((centre) => {
      if (rows[middle][centre] !== null) return;
      for (let row = -2; row <= 2; row += 1) {
        for (let column = -2; column <= 2; column += 1) {
          set(middle + row, centre + column, Math.max(Math.abs(row), Math.abs(column)) !== 1);
        }
      }
    }));
    for (let at = 8; at < size - 8; at += 1) {
      set(6, at, at % 2 === 0);
      set(at, 6, at % 2 === 0);
    }
    const form = withRest(0, 0x537, 10) ^ 0x5412; /* M, the first mask */
    for (let bit = 0; bit < 15; bit += 1) {
      const dark = (form >> bit) & 1;
      const [row, column] = bit < 6 ? [bit, 8] : bit < 8 ? [bit + 1, 8] : bit < 9 ? [8, 7] : [8, 14 - bit];
      set(row, column, dark);
      if (bit < 8) set(8, size - 1 - bit, dark);
      else set(size - 15 + bit, 8, dark);
    }
    set(size - 8, 8, 1);
    if (version >= 7) {
      const said = withRest(version, 0x1f25, 12);
      for (let bit = 0; bit < 18; bit += 1) {
        const [near, far] = [Math.floor(bit / 3), size - 11 + (bit % 3)];
        set(near, far, (said >> bit) & 1);
        set(far, near, (said >> bit) & 1);
      }
    }

    const bytes = codeBytes(text, version);
    let bit = 0;
    for (let right = size - 1; right > 0; right -= 2) {
      if (right === 6) right = 5; /* That column belongs to the clock of the code. */
      const isUpward = ((right + 1) & 2) === 0;
      for (let step = 0; step < size; step += 1) {
        const row = isUpward ? size - 1 - step : step;
        for (const column of [right, right - 1]) {
          if (rows[row][column] !== null) continue;
          const dark = bit < 8 * bytes.length ? (bytes[bit >> 3] >> (7 - (bit & 7))) & 1 : 0;
          rows[row][column] = dark ^ Number((row + column) % 2 === 0);
          bit += 1;
        }
      }
    }
    return rows;
  };

  /* The code as SVG with its white edge. */
  const draw = (text) => {
    const rows = squares(text);
    const size = rows.length + 8;
    const made = (name, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
      return element;
    };
    const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
    const svg = made("svg", { viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges" });
    svg.append(made("path", { fill: "#fff", d: `M0 0h${size}v${size}h-${size}z` }), made("path", { d: path }));
    return svg;
  };

  return { payload, newCode, check, squares, draw };
})();
