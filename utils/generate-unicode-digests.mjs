//===- generate-unicode-digests.mjs - What another engine says about \p{…} ------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===-----------------------------------------------------------------------------------------------===//
//
// Writes a count and a digest of every set `\p{…}` may name, by Node's RegExp with the `u` flag, for the unit
// tests of the Unicode tables, which need no Node then:
//
//   node utils/generate-unicode-digests.mjs FOLDER > unittests/Frontend/Regex/Inputs/unicode-digests.txt
//
// FOLDER holds the Unicode Character Database the tables are made from. Node may have a newer one, so only
// code points assigned in FOLDER's version count. The digest is FNV-1a (64 bits) over the text
// "first-last," of each maximal range of members, in decimal.
//
//===-----------------------------------------------------------------------------------------------===//

import { readFileSync } from 'node:fs';

const folder = process.argv[2];
function* rows(name) {
  for (const line of readFileSync(`${folder}/${name}`, 'utf8').split('\n')) {
    const text = line.split('#')[0].trim();
    if (text) yield text.split(';').map((field) => field.trim());
  }
}

const assigned = new Uint8Array(0x110000);
for (const [range] of rows('DerivedAge.txt')) {
  const [first, last = first] = range.split('..').map((x) => parseInt(x, 16));
  assigned.fill(1, first, last + 1);
}
const points = [];
for (let c = 0; c < 0x110000; ++c) {
  const surrogate = c >= 0xd800 && c <= 0xdfff;
  const noncharacter = (c & 0xfffe) === 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
  if (assigned[c] && !surrogate && !noncharacter) points.push(c);
}

function digest(name) {
  let test;
  try {
    test = new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    return;
  }
  let count = 0, hash = 0xcbf29ce484222325n, first = -1, last = -2;
  const flush = () => {
    if (first < 0) return;
    for (const byte of Buffer.from(`${first}-${last},`)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  };
  for (const c of points) {
    if (!test.test(String.fromCodePoint(c))) continue;
    ++count;
    if (c !== last + 1) {
      flush();
      first = c;
    }
    last = c;
  }
  flush();
  console.log(`${name} ${count} ${hash.toString(16).padStart(16, '0')}`);
}

console.log(`# Node ${process.version}, Unicode ${process.versions.unicode}, on ${points.length} code points`);
for (const row of rows('PropertyValueAliases.txt')) {
  if (row[0] === 'gc') row.slice(1).forEach((v) => digest(v));
  if (row[0] === 'gc') digest(`General_Category=${row[1]}`);
  if (row[0] === 'sc') row.slice(1).forEach((v) => (digest(`Script=${v}`), digest(`scx=${v}`)));
}
['Any', 'ASCII', 'Assigned'].forEach(digest);
for (const row of rows('PropertyAliases.txt')) row.forEach((v) => digest(v));
