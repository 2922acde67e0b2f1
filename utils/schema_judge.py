# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What python-jsonschema says of a text, with exact numbers and the patterns of ECMA-262.

Used by check-samples.py, check-instances.py and check-schemas.py. The validators differ from the
package's own where the specification is stricter than they are: numbers are exact decimals, a key
must not be repeated, an integer of draft 4 is written without a fraction, references to documents
that are not there fail, and schemas that name no known draft are read as docs/JSONSchema.md says.
"""

import decimal
import json
import lzma
import subprocess

import jsonschema
from jsonschema import _utils

try:
    from jsonschema import _keywords, _legacy_keywords
except ImportError:  # before 4.20
    from jsonschema import _validators as _keywords, _legacy_validators as _legacy_keywords
try:
    import referencing.jsonschema
    REGISTRY = {"registry": referencing.jsonschema.EMPTY_REGISTRY.combine(
        jsonschema.validators.SPECIFICATIONS)}
except ImportError:
    REGISTRY = {}

# Exponents of any size; quotients of more digits than this are not judged.
decimal.setcontext(decimal.Context(prec=400, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN))

# More digits of an exponent than these make no difference to any bound of a schema.
MAX_EXPONENT_DIGITS = 17


def pairs(items):
    keys = [k for k, _ in items]
    if len(keys) != len(set(keys)):
        raise ValueError("a key is repeated")
    return dict(items)


def read_number(text):
    """A number that has a fraction or an exponent, exactly; exponents are of any size."""
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    if len(exponent.lstrip("+-0")) > MAX_EXPONENT_DIGITS:
        exponent = ("-" if exponent[0] == "-" else "") + "9" * MAX_EXPONENT_DIGITS
    return decimal.Decimal(mantissa + ("e" + exponent if exponent else ""))


def read_value(text):
    """The value of JSON text in bytes; ValueError where it has none."""
    return json.loads(text.decode("utf-8"), object_pairs_hook=pairs, parse_float=read_number)


def read_schema(text):
    return json.loads(text, parse_float=decimal.Decimal)


def members(line):
    """The members of a JSON object, each with its value as it is written."""
    decoder, at = json.JSONDecoder(), line.index("{") + 1
    found = {}
    while True:
        while line[at] in " \t\r\n,":
            at += 1
        if line[at] == "}":
            return found
        key, at = decoder.raw_decode(line, at)
        while line[at] in " \t\r\n:":
            at += 1
        start = at
        _, at = decoder.raw_decode(line, at)
        found[key] = line[start:at]


def read_corpus(path, count, ids):
    """(id, schema as text, texts of its instances) of `count` cases, spread, or of those in ids."""
    data = open(path, "rb").read()
    if data[:6] == b"\xfd7zXZ\0":
        data = lzma.decompress(data)
    lines = [line for line in data.decode("utf-8").split("\n") if line.strip()]
    if ids is None:
        lines = lines[::max(1, len(lines) // count)][:count]
    found = {}
    for line in lines:
        case = members(line)
        # The exact text: spelling of numbers, order and repeated keys stay.
        found[json.loads(case["id"])] = (
            case["schema"], [test["text"] for test in json.loads(case.get("tests", "[]"))])
    names = list(found) if ids is None else [i for i in ids if i in found][:count]
    return [(name, *found[name]) for name in names]


def is_multiple(value, step):
    """Whether value is an integer times step, for numbers of any size."""
    def parts(number):
        sign, digits, exponent = decimal.Decimal(number).as_tuple()
        return int("".join(map(str, digits))), exponent
    (number, shift), (unit, unit_shift) = parts(value), parts(step)
    if number == 0:
        return True
    shift -= unit_shift
    if shift >= 0:
        return number * pow(10, shift, unit) % unit == 0
    while shift < 0 and number % 10 == 0:
        number, shift = number // 10, shift + 1
    if shift >= 0:
        return number * pow(10, shift, unit) % unit == 0
    # What is left of the power of ten would have to divide a number that is no multiple of ten.
    if -shift > 4 * len(str(number)):
        return False
    return number % (unit * 10 ** -shift) == 0


def multiple_of(validator, step, value, schema):
    if validator.is_type(value, "number") and not is_multiple(value, step):
        yield jsonschema.ValidationError(f"{value!r} is not a multiple of {step}")


def is_integer(checker, value):
    if isinstance(value, decimal.Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


class Patterns:
    """Stands for the module re: patterns as node's RegExp reads them, with the flag u if it can."""

    SCRIPT = """
      const cache = new Map();
      function compile(p) {
        for (const flags of ["u", ""]) { try { return new RegExp(p, flags); } catch (e) {} }
        return null;
      }
      require("readline").createInterface({input: process.stdin}).on("line", (line) => {
        const [p, s] = JSON.parse(line);
        if (!cache.has(p)) cache.set(p, compile(p));
        const re = cache.get(p);
        process.stdout.write(re === null ? "e\\n" : re.test(s) ? "1\\n" : "0\\n");
      });"""

    def __init__(self):
        self.node = None
        self.seen = {}

    def search(self, pattern, text):
        if (pattern, text) in self.seen:
            return self.seen[pattern, text]
        if self.node is None:
            self.node = subprocess.Popen(["node", "-e", self.SCRIPT], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.node.stdin.write(json.dumps([pattern, text]) + "\n")
        self.node.stdin.flush()
        answer = self.node.stdout.readline().strip()
        if answer not in ("0", "1"):
            raise ValueError(f"not a pattern of ECMA-262: {pattern}")
        if len(self.seen) > 200000:
            self.seen.clear()
        self.seen[pattern, text] = answer == "1"
        return answer == "1"


def use_ecma_patterns():
    """From here on, patterns are decided by node, if there is one; says so when there is none."""
    try:
        subprocess.run(["node", "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print("node is missing: patterns are read as Python reads them")
        return
    patterns = Patterns()
    for module in (_keywords, _legacy_keywords, _utils):
        module.re = patterns


# The keywords of older drafts that are understood where no known draft is named.
def auto_items(validator, items, value, schema):
    if isinstance(items, list):
        if validator.is_type(value, "array"):
            for part, item in zip(items, value):
                yield from validator.descend(item, part)
    else:
        yield from _keywords.items(validator, items, value, schema)


def auto_additional_items(validator, items, value, schema):
    if validator.is_type(value, "array") and isinstance(schema.get("items"), list):
        for item in value[len(schema["items"]):]:
            yield from validator.descend(item, items)


def auto_bound(keyword, less):
    def bound(validator, limit, value, schema):
        if isinstance(limit, bool):
            return
        if keyword.startswith("exclusive"):
            yield from getattr(_keywords, keyword)(validator, limit, value, schema)
            return
        exclusive = schema.get("exclusive" + keyword.capitalize()) is True
        if validator.is_type(value, "number"):
            if less(value, limit) or exclusive and value == limit:
                yield jsonschema.ValidationError(f"{value} is beyond {limit}")
    return bound


AUTO = {
    "items": auto_items,
    "additionalItems": auto_additional_items,
    "dependencies": _legacy_keywords.dependencies_draft4_draft6_draft7,
    "minimum": auto_bound("minimum", lambda a, b: a < b),
    "maximum": auto_bound("maximum", lambda a, b: a > b),
    "exclusiveMinimum": auto_bound("exclusiveMinimum", None),
    "exclusiveMaximum": auto_bound("exclusiveMaximum", None),
}

DRAFTS = {
    "draft-04": jsonschema.Draft4Validator,
    "draft-06": jsonschema.Draft6Validator,
    "draft-07": jsonschema.Draft7Validator,
    "draft/2019-09": jsonschema.Draft201909Validator,
    "draft/2020-12": jsonschema.Draft202012Validator,
}


def named_draft(schema):
    """The package's validator for the draft that a schema names, or None."""
    name = schema.get("$schema") if isinstance(schema, dict) else None
    if not isinstance(name, str):
        return None
    for draft, cls in DRAFTS.items():
        if name.rstrip("#") in (f"http://json-schema.org/{draft}/schema",
                                f"https://json-schema.org/{draft}/schema"):
            return cls
    return None


def without_stray_drafts(part, root=True):
    """Without each `$schema` in a place where it must not be: the packages would follow it."""
    if isinstance(part, list):
        return [without_stray_drafts(v, False) for v in part]
    if not isinstance(part, dict):
        return part
    stray = not root and not any(isinstance(part.get(k), str) for k in ("$id", "id"))
    return {k: v if k in ("enum", "const") else without_stray_drafts(v, False)
            for k, v in part.items()
            if not (stray and k == "$schema" and isinstance(v, str))}


class Judge:
    """The verdicts about one schema."""

    def __init__(self, schema):
        draft = named_draft(schema)
        cls = draft or jsonschema.Draft202012Validator
        keywords = {"multipleOf": multiple_of, **({} if draft else AUTO)}
        checker = cls.TYPE_CHECKER
        if cls is not jsonschema.Draft4Validator:
            checker = checker.redefine("integer", is_integer)
        cls = jsonschema.validators.extend(cls, keywords, type_checker=checker)
        if isinstance(schema, dict):
            schema = without_stray_drafts(schema)
            # Named by it, the draft's own validator would be taken at references to the root.
            schema = {k: v for k, v in schema.items() if k != "$schema"}
        self.validator = cls(schema, **REGISTRY)

    def check(self, text):
        """Returns why the text is wrong, or None. Numbers are exact: 0.07 is a multiple of 0.01."""
        try:
            value = read_value(text)
        except ValueError as problem:
            return f"no JSON: {problem}"
        problem = next(self.validator.iter_errors(value), None)
        return None if problem is None else problem.message
