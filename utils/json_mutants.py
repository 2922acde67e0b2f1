# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes JSON texts that nearly satisfy a schema, from instances and from the schema itself.

A value is a tree in which objects keep the order of their members and numbers their spelling.
`mutate` changes one place of it, with an eye on the subschemas that apply there; `guess` makes a
value out of a subschema; `write` spells a tree in one of the ways that the grammar allows.
"""

import copy
import decimal
import json
import re
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_constants
    import sre_parse


class Num:
    """A number as it is spelled."""

    def __init__(self, text):
        self.text = str(text)


class Obj:
    """An object: a list of [key, value], in which keys may be repeated."""

    def __init__(self, members):
        self.members = [[k, v] for k, v in members]

    def keys(self):
        return [k for k, _ in self.members]


def read(text):
    return json.loads(text, object_pairs_hook=Obj, parse_int=Num, parse_float=Num)


def from_value(value):
    """The tree of a value that json.loads read with decimals."""
    if isinstance(value, dict):
        return Obj([k, from_value(v)] for k, v in value.items())
    if isinstance(value, list):
        return [from_value(v) for v in value]
    if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
        return Num(plain(decimal.Decimal(str(value))))
    return value


def plain(number):
    """A decimal without an exponent, unless that would be very long."""
    if number.is_finite() and abs(number.adjusted()) < 60:
        return format(number, "f")
    return normal_form(number)


def normal_form(number):
    """One digit that is not 0 before the point, no zeros at the end."""
    sign, digits, exponent = number.normalize().as_tuple()
    if not any(digits):
        return "0"
    text = "".join(map(str, digits))
    exponent += len(text) - 1
    return ("-" if sign else "") + text[0] + ("." + text[1:] if text[1:] else "") + f"e{exponent}"


def respell(rng, text):
    """Another spelling of the same number; of those that every grammar has to allow."""
    try:
        number = decimal.Decimal(text)
    except decimal.InvalidOperation:
        return text
    if abs(number.adjusted()) > 60:
        return text
    kind = rng.randrange(5)
    out = plain(number)
    if kind == 0:
        return out + ("" if "." in out else ".") + "0" * rng.randint(1, 3)
    if kind == 1 and number:
        form = normal_form(number)
        if len(form.split("e")[0].lstrip("-")) > 5:
            return out
        mantissa, exponent = form.split("e")
        sign = "-" if exponent[0] == "-" else rng.choice(["", "+"])
        zeros = "0" * rng.randrange(3)
        return mantissa + rng.choice("eE") + sign + zeros + exponent.lstrip("-")
    if kind == 2 and not number:
        return rng.choice(["-0", "0.0", "-0.00", "0"])
    return out


# ---- Spelling -----------------------------------------------------------------------------------


def spell_string(rng, text, escapes):
    if not escapes or rng.random() < 0.5:
        return json.dumps(text, ensure_ascii=False)
    short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n",
             "\r": "\\r", "\t": "\\t"}
    out = []
    for c in text:
        if c in short and rng.random() < 0.6:
            out.append(short[c])
        elif c in '"\\' or c < " " or rng.random() < 0.3:
            units = c.encode("utf-16-be")
            for at in range(0, len(units), 2):
                unit = units[at:at + 2].hex()
                out.append("\\u" + (unit.upper() if rng.random() < 0.5 else unit))
        else:
            out.append(c)
    return '"' + "".join(out) + '"'


def write(rng, tree, escapes=False, layout=None):
    """Spells a tree: compact, on one line, or indented."""
    layout = rng.choice(["compact", "single", "indent"]) if layout is None else layout
    comma, colon = (",", ":") if layout == "compact" else (", ", ": ")

    def node(value, depth):
        if value is None or value is True or value is False:
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, Num):
            return value.text
        if isinstance(value, str):
            return spell_string(rng, value, escapes)
        if isinstance(value, Obj):
            parts = [spell_string(rng, k, escapes) + colon + node(v, depth + 1)
                     for k, v in value.members]
            open_, close = "{}"
        else:
            parts = [node(v, depth + 1) for v in value]
            open_, close = "[]"
        if not parts:
            return open_ + close
        if layout != "indent":
            return open_ + comma.join(parts) + close
        pad = "\n" + "  " * (depth + 1)
        return open_ + pad + ("," + pad).join(parts) + "\n" + "  " * depth + close

    return node(tree, 0)


# ---- What a schema says of a place --------------------------------------------------------------

IN_PLACE = ("allOf", "anyOf", "oneOf")
BOUNDED = 60


class View:
    """The subschemas of a schema that have something to say about a place of an instance."""

    def __init__(self, schema):
        self.root = schema
        self.memo = {}
        self.ids = {}
        self.index(schema)

    def index(self, schema):
        todo = [schema]
        while todo:
            part = todo.pop()
            if isinstance(part, dict):
                for name in ("$anchor", "$dynamicAnchor"):
                    if isinstance(part.get(name), str):
                        self.ids["#" + part[name]] = part
                for name in ("$id", "id"):
                    if isinstance(part.get(name), str):
                        self.ids[part[name]] = part
                todo += part.values()
            elif isinstance(part, list):
                todo += part

    def resolve(self, ref):
        if ref in self.ids:
            return self.ids[ref]
        if not ref.startswith("#"):
            return None
        at = self.root
        for step in ref[1:].split("/")[1:]:
            step = re.sub("%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), step)
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(at, dict) and step in at:
                at = at[step]
            elif isinstance(at, list) and step.isdigit() and int(step) < len(at):
                at = at[int(step)]
            else:
                return None
        return at

    def close(self, schemas):
        found, seen, todo = [], set(), list(schemas)
        while todo and len(found) < BOUNDED:
            part = todo.pop(0)
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            found.append(part)
            for name in ("$ref", "$dynamicRef", "$recursiveRef"):
                if isinstance(part.get(name), str):
                    todo.append(self.resolve(part[name]))
            for name in IN_PLACE:
                if isinstance(part.get(name), list):
                    todo += part[name]
            todo += [part.get(name) for name in ("not", "if", "then", "else")]
            for name in ("dependentSchemas", "dependencies"):
                if isinstance(part.get(name), dict):
                    todo += part[name].values()
        return found

    def at(self, path):
        """For a path of keys and indices."""
        if path in self.memo:
            return self.memo[path]
        if not path:
            found = self.close([self.root])
        else:
            step, found = path[-1], []
            for part in self.at(path[:-1]):
                if isinstance(step, str):
                    found += self.member(part, step)
                else:
                    found += self.element(part, step)
            found = self.close(found)
        self.memo[path] = found
        return found

    @staticmethod
    def member(part, key):
        found = []
        properties = part.get("properties")
        if isinstance(properties, dict) and key in properties:
            found.append(properties[key])
        patterns = part.get("patternProperties")
        for pattern, schema in patterns.items() if isinstance(patterns, dict) else ():
            try:
                if re.search(pattern, key):
                    found.append(schema)
            except re.error:
                pass
        if not found:
            found += [part.get("additionalProperties"), part.get("unevaluatedProperties")]
        return found

    @staticmethod
    def element(part, index):
        found = [part.get("contains")]
        items = part.get("items")
        first = part.get("prefixItems", items if isinstance(items, list) else [])
        if isinstance(first, list) and index < len(first):
            found.append(first[index])
        elif isinstance(items, dict):
            found.append(items)
        else:
            found += [part.get("additionalItems"), part.get("unevaluatedItems")]
        return found


# ---- Texts of patterns --------------------------------------------------------------------------


def text_of(rng, pattern):
    """A text that probably matches a pattern, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = sre_parse.parse(pattern.replace("\\d", "[0-9]").replace("[[0-9]", "[0-9"))
    except Exception:
        return None
    c = sre_constants

    def one_of(items):
        choices = []
        negated = False
        for op, value in items:
            if op is c.NEGATE:
                negated = True
            elif op is c.LITERAL:
                choices.append(chr(value))
            elif op is c.RANGE:
                choices.append(chr(rng.randint(value[0], value[1])))
                choices.append(chr(rng.choice(value)))
            elif op is c.CATEGORY:
                name = str(value)
                choices.append(rng.choice("0123456789" if "DIGIT" in name else
                                          " \t" if "SPACE" in name else "aZ_09"))
        if negated:
            return rng.choice([x for x in "aZ0_-./ é~#" if x not in choices] or ["\u4e00"])
        choices = [x for x in choices if not "\ud800" <= x <= "\udfff"]
        return rng.choice(choices) if choices else ""

    def sequence(items):
        return "".join(node(op, value) for op, value in items)

    def node(op, value):
        if op is c.LITERAL:
            return chr(value)
        if op is c.NOT_LITERAL:
            return "b" if value == ord("a") else "a"
        if op is c.ANY:
            return rng.choice("aZ0 -é")
        if op is c.IN:
            return one_of(value)
        if op is c.BRANCH:
            return sequence(rng.choice(value[1]))
        if op is c.SUBPATTERN:
            return sequence(value[-1])
        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            low, high, body = value
            high = min(int(high), low + 4)
            count = rng.choice([low, high, rng.randint(low, high)])
            return "".join(sequence(body) for _ in range(min(count, 300)))
        return ""

    try:
        return sequence(tree)
    except (RecursionError, ValueError, OverflowError):
        return None


ODD_CHARACTERS = ["é", "\U0001d11e", "\u2028", "\x7f", "\n", "\t", '"', "\\", "/", "\u0000", " ",
                  "_", "-", ".", "A", "a", "0", "\ufeff", "e\u0301", "\u017f", "\u212a"]


def change_text(rng, text):
    kind = rng.randrange(7)
    at = rng.randrange(len(text) + 1)
    if kind == 0:
        return text[:at] + rng.choice(ODD_CHARACTERS) + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1:]
    if kind == 2 and at < len(text):
        return text[:at] + rng.choice(ODD_CHARACTERS) + text[at + 1:]
    if kind == 3:
        return text + rng.choice(ODD_CHARACTERS)
    if kind == 4:
        return rng.choice(ODD_CHARACTERS) + text
    if kind == 5:
        return text.swapcase()
    return text + text


def change_name(rng, text):
    return change_text(rng, text) or "x"


# ---- Values out of schemas ----------------------------------------------------------------------

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def small_value(rng, depth=0):
    return rng.choice([None, True, False, Num(0), Num(1), Num("-1.5"), Num("1.0"), "", "a", "null",
                       [], Obj([]), [Num(1)], Obj([("a", Num(1))]), "2020-02-29", Num("1e3")])


def bounds(parts, *names):
    return [part[name] for part in parts for name in names
            if name in part and isinstance(part[name], (int, decimal.Decimal))
            and not isinstance(part[name], bool)]


def edge_number(rng, parts):
    steps = [decimal.Decimal(s) for s in bounds(parts, "multipleOf", "divisibleBy") if s > 0]
    limits = [decimal.Decimal(b) for b in
              bounds(parts, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")]
    limit = rng.choice(limits + [decimal.Decimal(0)])
    if abs(limit.adjusted()) > 60:
        return Num(limit)
    delta = decimal.Decimal(rng.choice(["0", "1", "-1", "0.5", "-0.001", "0.0000000001", "10"]))
    if steps and rng.random() < 0.6:
        step = rng.choice(steps)
        if abs(step.adjusted()) < 60:
            limit = (limit / step).to_integral_value() * step
            delta = rng.choice([0, step, -step, step / 2, 3 * step, step * 1000, step / 10])
    return Num(respell(rng, plain(limit + delta)))


def edge_text(rng, parts, was):
    """A text at the bounds of a length, of a pattern, or close to it."""
    patterns = [part["pattern"] for part in parts if isinstance(part.get("pattern"), str)]
    lengths = [int(b) for b in bounds(parts, "minLength", "maxLength") if b < 3000]
    if patterns and rng.random() < 0.6:
        text = text_of(rng, rng.choice(patterns))
        if text is not None:
            return change_text(rng, text) if rng.random() < 0.5 else text
    if lengths:
        length = max(0, rng.choice(lengths) + rng.choice([-1, 0, 1]))
        text = was if was and rng.random() < 0.7 else rng.choice(["a", "é", "\U0001d11e"])
        return (text * (length // len(text) + 1))[:length]
    return change_text(rng, was)


def guess(rng, view, schemas, depth=0):
    """A value that the schemas may well accept."""
    parts = view.close(schemas)
    constants = [part["const"] for part in parts if "const" in part]
    for part in parts:
        if isinstance(part.get("enum"), list):
            constants += part["enum"]
    if constants:
        return from_value(rng.choice(constants))
    for part in parts:
        for name in ("default", "examples"):
            if name in part and rng.random() < 0.3:
                value = part[name]
                value = rng.choice(value) if name == "examples" and isinstance(value, list) and \
                    value else value
                return from_value(value)
    types = []
    for part in parts:
        named = part.get("type")
        types += [named] if isinstance(named, str) else named if isinstance(named, list) else []
    types = [t for t in types if t in TYPES]
    if not types:
        for names, kind in ((("properties", "required", "patternProperties"), "object"),
                            (("items", "prefixItems", "contains"), "array"),
                            (("pattern", "minLength", "maxLength"), "string"),
                            (("minimum", "maximum", "multipleOf"), "number")):
            if any(name in part for part in parts for name in names):
                types.append(kind)
    if not types:
        return small_value(rng)
    kind = rng.choice(types)
    if kind == "null":
        return None
    if kind == "boolean":
        return rng.random() < 0.5
    if kind in ("integer", "number"):
        return edge_number(rng, parts) if rng.random() < 0.5 else Num(rng.randint(0, 20))
    if kind == "string":
        return edge_text(rng, parts, rng.choice(["", "abc", "A-1"]))
    if depth > 4:
        return [] if kind == "array" else Obj([])
    if kind == "array":
        counts = [int(b) for b in bounds(parts, "minItems", "maxItems", "minContains",
                                         "maxContains") if b < 30]
        count = max(0, rng.choice(counts) + rng.choice([-1, 0, 0, 1]) if counts
                    else rng.randrange(4))
        out = []
        for at in range(count):
            inner = [s for part in parts for s in view.element(part, at)]
            out.append(guess(rng, view, inner, depth + 1) if any(inner) else small_value(rng))
        return out
    members = {}
    for part in parts:
        names = [n for n in part.get("required", []) if isinstance(n, str)] if \
            isinstance(part.get("required"), list) else []
        names += [n for n in part["properties"] if rng.random() < 0.3] if \
            isinstance(part.get("properties"), dict) else []
        for name in names:
            if name not in members and len(members) < 40:
                inner = [s for p in parts for s in view.member(p, name)]
                members[name] = guess(rng, view, inner, depth + 1)
    if rng.random() < 0.2:
        name, value = new_member(rng, view, parts, depth)
        members[name] = value
    return Obj(members.items())


def known_names(parts):
    names = []
    for part in parts:
        for keyword in ("properties", "dependentSchemas", "dependentRequired", "dependencies"):
            if isinstance(part.get(keyword), dict):
                names += part[keyword]
        if isinstance(part.get("required"), list):
            names += [n for n in part["required"] if isinstance(n, str)]
        names_of = part.get("propertyNames")
        if isinstance(names_of, dict) and isinstance(names_of.get("enum"), list):
            names += [n for n in names_of["enum"] if isinstance(n, str)]
    return names


def pattern_name(rng, view, parts):
    patterns = [p for part in parts if isinstance(part.get("patternProperties"), dict)
                for p in part["patternProperties"]]
    for part in view.close([part.get("propertyNames") for part in parts]):
        if isinstance(part.get("pattern"), str):
            patterns.append(part["pattern"])
    return text_of(rng, rng.choice(patterns)) if patterns else None


def new_member(rng, view, parts, depth=0):
    """A member to be added: of a known name, of a pattern, of one close to these, or any."""
    names = known_names(parts)
    kind = rng.randrange(6)
    name = None
    if kind <= 1 and names:
        name = rng.choice(names)
    elif kind == 2:
        name = pattern_name(rng, view, parts)
    elif kind == 3 and names:
        name = change_name(rng, rng.choice(names))
    elif kind == 4:
        name = pattern_name(rng, view, parts)
        name = name and change_name(rng, name)
    if name is None:
        name = rng.choice(["x", "zz", "", "$schema", "additional", "0", "é", "a b", "\n"])
    inner = [s for part in parts for s in view.member(part, name)]
    value = guess(rng, view, inner, depth + 1) if any(inner) and rng.random() < 0.8 else \
        small_value(rng)
    return name, value


# ---- Mutations ----------------------------------------------------------------------------------


def places(tree, limit=4000):
    """Every place of a tree: (path of steps, keys and indices)."""
    out, todo = [], [((), (), tree)]
    while todo and len(out) < limit:
        steps, path, value = todo.pop(0)
        out.append((steps, path, value))
        if isinstance(value, Obj):
            todo += [(steps + (i,), path + (k,), v) for i, (k, v) in enumerate(value.members)]
        elif isinstance(value, list):
            todo += [(steps + (i,), path + (i,), v) for i, v in enumerate(value)]
    return out


def put(tree, steps, value):
    """A copy of the tree with another value at a place."""
    if not steps:
        return value
    tree = copy.copy(tree)
    at = steps[0]
    if isinstance(tree, Obj):
        tree.members = [list(m) for m in tree.members]
        tree.members[at][1] = put(tree.members[at][1], steps[1:], value)
    else:
        tree[at] = put(tree[at], steps[1:], value)
    return tree


def equal_copy(rng, value):
    """An equal value, spelled otherwise."""
    if isinstance(value, Num):
        return Num(respell(rng, value.text))
    if isinstance(value, list):
        return [equal_copy(rng, v) for v in value]
    if isinstance(value, Obj):
        members = [[k, equal_copy(rng, v)] for k, v in value.members]
        rng.shuffle(members)
        return Obj(members)
    return value


def mutate_object(rng, view, parts, value):
    members = [list(m) for m in value.members]
    kind = rng.randrange(8)
    if kind == 0 and members:
        del members[rng.randrange(len(members))]
    elif kind == 1 and members:
        chosen = rng.choice(members)
        names = known_names(parts)
        chosen[0] = rng.choice(names) if names and rng.random() < 0.4 else \
            change_name(rng, chosen[0])
    elif kind == 2 and members:
        key = rng.choice(members)
        members.insert(rng.randrange(len(members) + 1), [key[0], equal_copy(rng, key[1])])
    elif kind == 3:
        rng.shuffle(members)
    elif kind == 4 and members:
        members = rng.sample(members, rng.randrange(len(members)))
    else:
        for _ in range(1 if kind < 7 else rng.randint(2, 6)):
            members.insert(rng.randrange(len(members) + 1),
                           list(new_member(rng, view, parts)))
    return Obj(members)


def mutate_array(rng, view, parts, value):
    out = list(value)
    kind = rng.randrange(6)
    at = rng.randrange(len(out) + 1)
    inner = [s for part in parts for s in view.element(part, at)]
    if kind == 0 and out:
        out.insert(at, equal_copy(rng, rng.choice(out)))
    elif kind == 1 and out:
        del out[rng.randrange(len(out))]
    elif kind == 2:
        out.insert(at, guess(rng, view, inner) if any(inner) else small_value(rng))
    elif kind == 3:
        rng.shuffle(out)
    else:
        counts = [int(b) for b in bounds(parts, "minItems", "maxItems", "minContains",
                                         "maxContains") if b < 60]
        count = max(0, rng.choice(counts or [0, 1, 2]) + rng.choice([-1, 0, 1]))
        out = out[:count]
        while len(out) < count:
            inner = [s for part in parts for s in view.element(part, len(out))]
            out.append(equal_copy(rng, rng.choice(out)) if out and rng.random() < 0.3
                       else guess(rng, view, inner) if any(inner) else small_value(rng))
    return out


def mutate(rng, view, tree):
    """A tree changed at one place."""
    everywhere = places(tree)
    steps, path, value = rng.choice(everywhere[:1] if rng.random() < 0.1 else everywhere)
    parts = view.at(path)
    if rng.random() < 0.25:
        kind = rng.randrange(4)
        if kind == 0:
            return put(tree, steps, rng.choice(everywhere)[2])
        if kind == 1:
            return put(tree, steps, small_value(rng))
        constants = [c for part in parts if isinstance(part.get("enum"), list)
                     for c in part["enum"]]
        constants += [part["const"] for part in parts if "const" in part]
        if constants and kind == 2:
            chosen = from_value(rng.choice(constants))
            if isinstance(chosen, str) and rng.random() < 0.5:
                chosen = change_text(rng, chosen)
            return put(tree, steps, equal_copy(rng, chosen))
        return put(tree, steps, guess(rng, view, parts))
    if isinstance(value, Obj):
        return put(tree, steps, mutate_object(rng, view, parts, value))
    if isinstance(value, list):
        return put(tree, steps, mutate_array(rng, view, parts, value))
    if isinstance(value, str):
        return put(tree, steps, edge_text(rng, parts, value))
    if isinstance(value, Num):
        new = edge_number(rng, parts) if rng.random() < 0.6 else Num(respell(rng, value.text))
        return put(tree, steps, new)
    return put(tree, steps, small_value(rng))


def instances_near(rng, schema, texts, count):
    """The instances in texts, and `count` trees made from them or from the schema."""
    view = View(schema)
    roots = []
    for text in texts:
        try:
            roots.append(read(text))
        except ValueError:
            pass
    out = list(roots)
    for _ in range(count):
        if not roots or rng.random() < 0.05:
            tree = guess(rng, view, [schema])
        else:
            tree = rng.choice(roots)
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            tree = mutate(rng, view, tree)
        out.append(tree)
    return out
