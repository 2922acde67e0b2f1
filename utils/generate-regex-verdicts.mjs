//===- generate-regex-verdicts.mjs - What another engine says about patterns ----------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===-----------------------------------------------------------------------------------------------===//
//
// Writes a table of (pattern, text, verdicts) by Node's RegExp with the `u` flag, for the unit tests of
// the regular-expression reader, which need no Node then:
//
//   node utils/generate-regex-verdicts.mjs > unittests/Frontend/Regex/Inputs/verdicts.txt
//
//   /^a|b$          a pattern
//   11 ab           the texts tried on it: matched as a whole? found somewhere?
//   00 %0a          control characters and % are written %HH
//
// Patterns are grown at random from a seed, in sections that stress one part each, after a list of
// chosen ones. A look-ahead inside a look-behind, which the reader refuses, is not grown.
//
//===-----------------------------------------------------------------------------------------------===//

let state = 20240607;
function random(n) {
  // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];

const chars = ['a', 'b', 'a', 'b', '-', ' ', '0', 'é', '😀', '\\n', '\\.', '\\u0061', '\\u{1f600}',
  '\\ud83d\\ude00', '\\x2d', '\\t', '\\cJ', '\\/', '\\$'];
const classes = ['.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '[ab]', '[^a]', '[a-c]', '[^\\s-]',
  '[\\w-]', '[^]', '[]', '[é-😀]', '[^\\w]', '\\p{L}', '\\P{L}', '\\p{Lu}', '[\\d\\-b]',
  '[\\u{1f600}]', '[^\\ud83d\\ude00]', '[\\b]', '\\p{ASCII}', '[\\p{N}a]'];
const quantifiers = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}', '{2,}', '{0}', '{1,}?'];
const edges = ['^', '$', '\\b', '\\B'];

function grow(depth, kinds, behind = false) {
  const inner = () => grow(depth - 1, kinds, behind);
  const leaf = () => (random(3) ? pick(chars) : pick(classes));
  if (depth <= 0) return leaf();
  const roll = random(12);
  if (kinds.edges && random(4) === 0) return pick(edges);
  if (kinds.look && random(4) === 0) {
    if (behind || random(2)) {
      return (random(2) ? '(?<=' : '(?<!') + grow(depth - 1, kinds, true) + ')';
    }
    return (random(2) ? '(?=' : '(?!') + inner() + ')';
  }
  if (roll < 5) return inner() + inner();
  if (roll < 7) return '(?:' + inner() + '|' + inner() + ')';
  if (roll < 8) return '(' + inner() + '|' + inner() + '|' + inner() + ')';
  if (roll < 10) {
    const body = '(?:' + inner() + ')' + pick(quantifiers);
    return kinds.loops ? body : '(?:' + inner() + ')' + pick(['?', '{1,2}', '{2}', '??']);
  }
  if (roll < 11) return leaf() + pick(quantifiers);
  return leaf();
}

const textChars = ['a', 'b', 'a', 'b', 'a', 'c', '-', ' ', '0', 'é', '😀', '\n', '.', 'A', '\t'];
function text() {
  let s = '';
  for (let n = random(7); n > 0; --n) s += pick(textChars);
  return s;
}

const chosen = ['', '^', '$', '^$', 'a', '^a', 'a$', '^a$', '^(a|b)$', '^a|b$', '(^a|b)$', '(^|,)a', 'a(,|$)',
  '\\ba\\b', '\\Ba', 'a\\B', '^\\b', '\\b$', '^\\B$', '(\\ba\\b ?)+', '(\\b\\w+\\b[ -]?)*', '(^a)*b', '(a$)*',
  '(^|-)a(-|$)', '(?:^a|b)+$', 'a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '^(?!a)', '^(?!.*ab)[ab]*$',
  '^(?=.*a)(?=.*b).+$', '^(?!-)[ab-]{1,4}(?<!-)$', '^(?!.*--)[a-z-]+$', '(a(?=b)|b(?=a))*', '(?:a(?!a)|b)*$',
  '(?:(?<=a)b|a)+', '^(?:(?=a)[ab]{2})+$', '(?<=^a)b', '(?<=^|b)a', '(?=^a)', '(?!^)a', '(?<!^)a', '(?=a$)',
  'a(?!$)', '(?=(?=a)b)', '(?!(?!a))', '(?=a(?!b))a', '(?<=(?<!b)a)b', '(?<=\\ba)b', '(?=a\\b)', '(?!\\b)',
  '(?:(?!b)[ab-])*', '^(?:(?!ab)[^])*$', '^(?:(?!ab)[^])*ab(?:(?!ab)[^])*$', '(?<!a.*)b', '(?<=a.*)b$',
  '(?=.{3}$)a', '(?<=^.{2})b', 'a(?=.*b).*(?<=a)$', '(?:a(?=b)b(?<=ab))+', '^(?=[^-]+-[^-]+$)[ab-]*$',
  '(?<!\\w)a(?!\\w)', '^([a-z](?:(?!.*--)[a-z-]*[a-z])?)$', '^(?=.{2,4}$)a*b*$', '[^]*', '(?:)', '(|a)+',
  '(?:a|)*', '(a*)*', '(a*)+b', '(?:a?){3}', '(?:a{2}){1,2}', '(?:a{0,2}b?){2,3}', 'a{0}b', '(?:^){2}a',
  '(?:\\b){1,3}a', '(?:$)*a', '(?:(?=a))a', '\\0', '[\\0]', '\\cj', '\\v\\f', '[\\^\\-\\]]', '\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/',
  '(?<name>a)b', '(?<n>a)|b', '\\p{Script=Latin}', '\\p{sc=Grek}', '\\p{scx=Latn}+', '\\p{Uppercase}', '\\p{General_Category=Nd}',
  '\\p{Emoji}', '[\\p{L}--]', '\\u{0}', '\\ud83d', '[\\ud83d]', '[^\\ud83d]', '\\ude00\\ud83d', '^.$', '^..$', '^\\S$'];
const fixedTexts = ['', 'a', 'b', 'ab', 'ba', 'aab', 'a-b', 'a b', '-', '\n', 'a\nb', '😀', 'é', 'abab'];

// As real schemas have them: syntax of Annex B, tried without the flag.
const annexB = ['^4\\-.*', '^(\\*|\\d{4}\\-\\d{2})$', '\\S+\\@\\S+\\.\\w+', '^[a-z\\.\\-\\_]{2,}$', '/{env}/{p}', '.*\\{\\{.+}}.*',
  '^[[a-z]*[-]?[a-z]*]*$', '^.+\\<.+@.+\\..+\\>$', '(\\%A\\%|a)', '[\\w-.]+', '[a-\\d]b', '(?=a)*b', '(?:(?!b))+a', '^[ !"#$%&\\\'()*+,\\-./]+$',
  'a{b}', 'a{1', '{', '}', ']', 'a{,b}', '\\ a', '\\~\\"\\\'\\;'];
const annexTexts = [...['4-1', '4\\-', '*', '2020-01', 'x@y.z', 'a-_.', '/{env}/{p}', '{{a}}', '[]]', '<a@b.c>', '%A%', '-', 'a-b',
  'a{b}', 'a{1', 'a{,b}', ' a', '~"\';', '{', '}', ']', '', 'a', 'b', 'ba', '1b', '!#-/']];

const lines = [];
const seen = new Set();
function table(pattern, texts, flags = 'u') {
  let whole, search;
  try {
    search = new RegExp(pattern, flags);
    whole = new RegExp('^(?:' + pattern + ')$', flags);
  } catch {
    return false;
  }
  if (seen.has(pattern)) return false;
  seen.add(pattern);
  lines.push('/' + pattern);
  for (const t of [...new Set(texts)]) {
    const shown = t.replace(/[%\x00-\x1f]/g, (c) => '%' + c.charCodeAt(0).toString(16).padStart(2, '0'));
    lines.push(`${+whole.test(t)}${+search.test(t)} ${shown}`);
  }
  return true;
}

for (const pattern of chosen) table(pattern, fixedTexts);
for (const pattern of annexB) table(pattern, annexTexts, '');
const sections = [
  [150, 3, { loops: true }],
  [150, 3, { loops: false, edges: true }],
  [150, 3, { loops: true, edges: true }],
  [150, 3, { loops: false, look: true }],
  [150, 3, { loops: true, look: true }],
  [250, 4, { loops: true, edges: true, look: true }],
];
for (const [count, depth, kinds] of sections) {
  for (let done = 0; done < count; ) {
    const texts = [];
    for (let i = 0; i < 10; ++i) texts.push(text());
    done += table(grow(depth, kinds), texts);
  }
}
console.log(lines.join('\n'));
