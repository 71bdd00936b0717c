// The readings of Chinese characters as initials, for finding a company by "jhhg" (tables/pinyin-initials.tsv, acts/initials.c):
//   npm install --no-save --ignore-scripts pinyin-pro@3.29.4 && node tools/pinyin-initials.mjs > tables/pinyin-initials.tsv
// Every character of GB 2312 with all its readings; the table is kept in the tree, so a build runs nobody's script. The test of
// acts/initials.c checks it against another source: the first 3755 characters of GB 2312 stand in the order of their pinyin.
import { pinyin } from 'pinyin-pro';

const decoder = new TextDecoder('gb18030');
const by = new Map(); // "cz" (first the reading met most) -> characters
for (let row = 0xb0; row <= 0xf7; row++)
  for (let cell = 0xa1; cell <= 0xfe; cell++) {
    const c = decoder.decode(Uint8Array.of(row, cell));
    if (!/^\p{Script=Han}$/u.test(c)) continue;
    const readings = pinyin(c, { multiple: true, toneType: 'none', type: 'array' }).map((r) => r[0]);
    const letters = [...new Set(readings)].filter((l) => /[a-z]/.test(l)).slice(0, 3).join('');
    if (letters) by.set(letters, (by.get(letters) ?? '') + c);
  }
console.log('letters\tcharacters');
for (const letters of [...by.keys()].sort()) console.log(`${letters}\t${by.get(letters)}`);
