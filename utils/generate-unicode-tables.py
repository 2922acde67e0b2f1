#!/usr/bin/env python3
#===- generate-unicode-tables.py - Unicode properties as a C++ include -------------------------===#
#
# Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===--------------------------------------------------------------------------------------------===#
"""Writes the sets behind \\p{...} from the files of the Unicode Character Database.

    generate-unicode-tables.py FOLDER OUT.inc     write the tables
    generate-unicode-tables.py FOLDER --inputs    list the files that are read

Every set is a run of variable-length integers (7 bits a byte, low first, the top bit set on all but
the last): number of ranges, then for each range the gap since the end of the last one and its
length less one. The names are sorted, for binary search. What is emitted is exactly what ECMA-262
lets a pattern name: the values of General_Category and Script with all their aliases, the
script extensions, and the binary properties of its table of binary Unicode properties. Beside
these, under names of their own, what the rules of internationalized host names ask for.
"""

import os
import sys

MAX = 0x110000

# The binary properties ECMA-262 admits, long name and alias, and the file that lists their members.
BINARY = {
    "PropList.txt": """
        ASCII_Hex_Digit AHex, Bidi_Control Bidi_C, Dash Dash, Deprecated Dep, Diacritic Dia,
        Extender Ext, Hex_Digit Hex, IDS_Binary_Operator IDSB, IDS_Trinary_Operator IDST,
        Ideographic Ideo, Join_Control Join_C, Logical_Order_Exception LOE,
        Noncharacter_Code_Point NChar, Pattern_Syntax Pat_Syn, Pattern_White_Space Pat_WS,
        Quotation_Mark QMark, Radical Radical, Regional_Indicator RI, Sentence_Terminal STerm,
        Soft_Dotted SD, Terminal_Punctuation Term, Unified_Ideograph UIdeo, Variation_Selector VS,
        White_Space space""",
    "DerivedCoreProperties.txt": """
        Alphabetic Alpha, Case_Ignorable CI, Cased Cased, Changes_When_Casefolded CWCF,
        Changes_When_Casemapped CWCM, Changes_When_Lowercased CWL, Changes_When_Titlecased CWT,
        Changes_When_Uppercased CWU, Default_Ignorable_Code_Point DI, Grapheme_Base Gr_Base,
        Grapheme_Extend Gr_Ext, ID_Continue IDC, ID_Start IDS, Lowercase Lower, Math Math,
        Uppercase Upper, XID_Continue XIDC, XID_Start XIDS""",
    "DerivedNormalizationProps.txt": "Changes_When_NFKC_Casefolded CWKCF",
    "extracted/DerivedBinaryProperties.txt": "Bidi_Mirrored Bidi_M",
    "emoji/emoji-data.txt": """
        Emoji Emoji, Emoji_Component EComp, Emoji_Modifier EMod, Emoji_Modifier_Base EBase,
        Emoji_Presentation EPres, Extended_Pictographic ExtPict""",
}
# What no pattern names: the values by their short aliases, and where they are listed.
INTERNAL = {
    "Bidi_Class": ("extracted/DerivedBidiClass.txt", "AL AN BN CS EN ES ET L NSM ON R".split()),
    "Joining_Type": ("extracted/DerivedJoiningType.txt", "D L R T".split()),
}
COMBINING = "extracted/DerivedCombiningClass.txt"
VIRAMA = "9"  # its combining class
INPUTS = sorted(BINARY) + [file for file, _ in INTERNAL.values()] + [COMBINING,
                           "CaseFolding.txt", "PropertyValueAliases.txt", "ScriptExtensions.txt",
                           "Scripts.txt", "UnicodeData.txt"]


def rows(folder, name):
    """The fields of every line that is not a comment."""
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def span(text):
    first, _, last = text.partition("..")
    return int(first, 16), int(last or first, 16)


def merged(ranges):
    out = []
    for first, last in sorted(ranges):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return tuple(out)


def complement(ranges):
    out, start = [], 0
    for first, last in merged(ranges):
        if first > start:
            out.append((start, first - 1))
        start = last + 1
    if start < MAX:
        out.append((start, MAX - 1))
    return out


def varint(value):
    out = []
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return out + [value]


class Tables:
    def __init__(self):
        self.data, self.index, self.offsets = [], {}, []

    def add(self, ranges):
        """The index of a set, which is stored once."""
        key = merged(ranges)
        if key not in self.index:
            self.index[key] = len(self.offsets)
            self.offsets.append(len(self.data))
            self.data += varint(len(key))
            end = 0
            for first, last in key:
                self.data += varint(first - end) + varint(last - first)
                end = last + 1
        return self.index[key]


def categories(folder):
    sets, first = {}, None
    for row in rows(folder, "UnicodeData.txt"):
        code, name, category = int(row[0], 16), row[1], row[2]
        if name.endswith(", First>"):
            first = code
            continue
        sets.setdefault(category, []).append((code if first is None else first, code))
        first = None
    sets["Cn"] = complement([r for ranges in sets.values() for r in ranges])
    for group in "CLMNPSZ":
        sets[group] = [r for name in list(sets) if len(name) == 2 and name[0] == group
                       for r in sets[name]]
    sets["LC"] = sets["Ll"] + sets["Lt"] + sets["Lu"]
    return sets


def main():
    folder, out = sys.argv[1], sys.argv[2]
    if out == "--inputs":
        print(";".join(os.path.join(folder, name) for name in INPUTS))
        return 0
    tables = Tables()
    with open(os.path.join(folder, "Scripts.txt"), encoding="utf-8") as f:
        version = f.readline().strip("# \n").removeprefix("Scripts-").removesuffix(".txt")

    gc = categories(folder)
    scripts = {}
    for row in rows(folder, "Scripts.txt"):
        scripts.setdefault(row[1], []).append(span(row[0]))
    scripts["Unknown"] = complement([r for ranges in scripts.values() for r in ranges])
    gc_names, script_names, short_to_long = {}, {}, {}
    for row in rows(folder, "PropertyValueAliases.txt"):
        if row[0] == "gc":
            for name in row[1:]:
                gc_names[name] = tables.add(gc[row[1]])
        elif row[0] == "sc":
            short_to_long[row[1]] = row[2]
            if row[2] in scripts:  # not Katakana_Or_Hiragana, which has no members
                script_names[row[2]] = row[1:]

    # A code point with extensions belongs to those scripts, and to its own (Common, Inherited)
    # only when it is listed there again.
    extended, listed = {}, []
    for row in rows(folder, "ScriptExtensions.txt"):
        listed.append(span(row[0]))
        for short in row[1].split():
            extended.setdefault(short_to_long[short], []).append(span(row[0]))
    unlisted = complement(listed)

    def without_listed(ranges):
        out = []
        for first, last in ranges:
            for low, high in unlisted:
                if max(first, low) <= min(last, high):
                    out.append((max(first, low), min(last, high)))
        return out

    script_rows = {}
    for long, names in script_names.items():
        pair = (tables.add(scripts[long]),
                tables.add(without_listed(scripts[long]) + extended.get(long, [])))
        for name in names:
            script_rows[name] = pair

    binary = {"Any": tables.add([(0, MAX - 1)]), "ASCII": tables.add([(0, 0x7F)]),
              "Assigned": tables.add(complement(gc["Cn"]))}
    for name, properties in BINARY.items():
        members = {}
        for row in rows(folder, name):
            members.setdefault(row[1], []).append(span(row[0]))
        for both in properties.split(","):
            long, short = both.split()
            index = tables.add(members[long])
            binary[long] = binary[short] = index

    internal = {}
    for name, (file, values) in INTERNAL.items():
        members = {}
        for row in rows(folder, file):
            members.setdefault(row[1], []).append(span(row[0]))
        for value in values:
            internal[f"{name}={value}"] = tables.add(members[value])
    internal["Virama"] = tables.add([span(row[0]) for row in rows(folder, COMBINING)
                                     if row[1] == VIRAMA])

    folds = []
    for row in rows(folder, "CaseFolding.txt"):
        if row[1] in "CS":
            folds.append((int(row[0], 16), int(row[2], 16)))

    with open(out, "w", encoding="utf-8") as f:
        f.write("// Generated by utils/generate-unicode-tables.py from the Unicode Character "
                f"Database {version}.\n")
        f.write(f'static constexpr char UnicodeVersion[] = "{version}";\n')
        f.write("static constexpr uint8_t SetData[] = {\n")
        for i in range(0, len(tables.data), 32):
            f.write(",".join(map(str, tables.data[i:i + 32])) + ",\n")
        f.write("};\nstatic constexpr uint32_t SetOffsets[] = {\n")
        for i in range(0, len(tables.offsets), 16):
            f.write(",".join(map(str, tables.offsets[i:i + 16])) + ",\n")
        f.write("};\n")
        for title, names in (("GeneralCategories", gc_names), ("BinaryProperties", binary),
                             ("InternalProperties", internal)):
            f.write(f"static constexpr PropertyName {title}[] = {{\n")
            for name in sorted(names):
                f.write(f'{{"{name}", {names[name]}, {names[name]}}},\n')
            f.write("};\n")
        f.write("static constexpr PropertyName Scripts[] = {\n")
        for name in sorted(script_rows):
            f.write(f'{{"{name}", {script_rows[name][0]}, {script_rows[name][1]}}},\n')
        f.write("};\nstatic constexpr CaseFold CaseFolds[] = {\n")
        for source, target in sorted(folds):
            f.write(f"{{{source}, {target}}},\n")
        f.write("};\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
