# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Who is asked about each format, and where they depart from its specification.

Used by check-formats.py. The packages, all optional:

  pip install jsonschema jsonschema-rs rfc3339-validator rfc3987 rfc3986-validator uri-template \
    isoduration fqdn idna jsonpointer
"""

import datetime
import importlib.util
import ipaddress
import json
import re
import subprocess
import unicodedata

import jsonschema

try:
    import jsonschema_rs
except ImportError:
    jsonschema_rs = None


class Judge:
    """`departures`: pairs of a predicate on texts and the reason why they are not put to it."""

    def __init__(self, name, function, departures=(), needs=()):
        self.name, self.function, self.departures, self.needs = name, function, departures, needs

    def is_there(self):
        return all(importlib.util.find_spec(n) for n in self.needs)

    def prepare(self, texts):
        """Called once with all texts."""

    def departs(self, text):
        return next((why for where, why in self.departures if where(text)), None)

    def says(self, text):
        return self.function(text)


class Package(Judge):
    """python-jsonschema's checker of a format."""

    def __init__(self, name, departures=(), needs=()):
        checker = getattr(jsonschema.Draft202012Validator, "FORMAT_CHECKER", None) or \
            jsonschema.draft202012_format_checker  # before 4.16
        super().__init__("python-jsonschema", lambda t: checker.conforms(t, name), departures,
                         needs)


class Rust(Judge):
    def __init__(self, name, departures=()):
        super().__init__("jsonschema-rs", None, departures, ("jsonschema_rs",))
        if jsonschema_rs:
            schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "format": name}
            self.function = jsonschema_rs.validator_for(schema, validate_formats=True).is_valid


class Node(Judge):
    """Whether `new RegExp(text, "u")` is one; what node says is wrong is matched by departures."""

    SCRIPT = """
      const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
      console.log(JSON.stringify(texts.map((t) => {
        try { new RegExp(t, "u"); return ""; } catch (e) { return e.message; } })));"""

    def __init__(self, departures):
        super().__init__("node", None, [
            found(r"\(\?<[^>]*\\u", "Weir: escapes in names of groups may be of any character")])
        self.messages = {}
        self.by_message = departures

    def is_there(self):
        try:
            return not subprocess.run(["node", "--version"], capture_output=True).returncode
        except OSError:
            return False

    def prepare(self, texts):
        run = subprocess.run(["node", "-e", self.SCRIPT], input=json.dumps(texts),
                             capture_output=True, text=True, check=True)
        self.messages = dict(zip(texts, json.loads(run.stdout)))

    def departs(self, text):
        # The message ends with what is wrong, behind the text itself.
        what = self.messages[text].rpartition(": ")[2]
        by_message = (why for which, why in self.by_message if re.search(which, what))
        return super().departs(text) or next(by_message, None)

    def says(self, text):
        return not self.messages[text]


def succeeds(function, *kinds):
    def says(text):
        try:
            function(text)
        except kinds:
            return False
        return True
    return says


def found(pattern, why):
    """A departure: what the pattern is found in."""
    compiled = re.compile(pattern)
    return (lambda text: compiled.search(text) is not None, why)


def not_like(pattern, why):
    """A departure: what the pattern is not all of."""
    compiled = re.compile(pattern)
    return (lambda text: compiled.fullmatch(text) is None, why)


DATE_FORM = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME_FORM = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
UUID_FORM = "[^-]{8}-[^-]{4}-[^-]{4}-[^-]{4}-[^-]{12}"

# Python's `\d`, `$` and `int` take more than patterns of a specification mean.
NO_ASCII = found(r"[^\x00-\x7f]", "characters beyond ASCII are digits, letters or blanks to it")
LINE_END = found(r"\n\Z", "`$` matches before a line break at the end")
LAST_DOT = found(r"[.。．｡]\Z", "a dot at the end: RFC 952, <hname>")
YEAR_0 = found(r"\A0000", "year 0 is one: RFC 3339, section 1")
LEAP_SECOND = found(r":60", "there are leap seconds: RFC 3339, section 5.6")
DIGITS = "some characters that are no digits pass as such"
# What Weir departs in; see docs/Formats.md.
ODD_OFFSET = found(r":60(\.[0-9]*)?[+-][0-9]{2}:(?!00|15|30|45)",
                   "Weir: no leap second at offsets that are not multiples of 15 minutes")


def is_mapped(text):
    """Whether UTS 46 maps the name to another."""
    dots = re.sub("[。．｡]", ".", text)
    return unicodedata.normalize("NFKC", dots.lower()) != dots or \
        re.search("[\u00ad\u200b\ufeff]", text) is not None


def is_bidi(text):
    return any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)


def long_label(text):
    return any(len(part.encode("punycode")) > 57 for part in re.split("[.。．｡]", text))


IDN = [(lambda t: unicodedata.normalize("NFC", t) != t, "Weir: normal form C is not asked for"),
       (long_label, "Weir: lengths of labels in Punycode are not known")]


EMAIL = [found(r"\\ ", "a blank may be quoted: RFC 5321, section 4.1.2, quoted-pairSMTP"),
         found("\t", "no tabulator is: the same, qtextSMTP"),
         found("[^@.]{64}|[@.]..--", "labels are any letters, digits and hyphens: the same, "
               "sub-domain"),
         found("<", "signs for names of mailboxes in quoted strings: the same, qtextSMTP")]
INDEX = found(r"\A[0-9]+[+-]", "an index may be changed: draft-bhutton-relative-json-pointer-00, "
              "section 3")


def rfc3987():
    return [LINE_END, found(r"(?i)\[v", "some of `v` and digits are refused: RFC 3986, "
                            "section 3.2.2, IPvFuture"),
            found(r"\[.*[:.]0[0-9]+[\].]", "zeros before numbers: the same, dec-octet")]


JUDGES = {
    "date": [Package("date", [YEAR_0]), Rust("date", [not_like(DATE_FORM, DIGITS)]),
             Judge("datetime", succeeds(datetime.date.fromisoformat, ValueError),
                   [YEAR_0, not_like(DATE_FORM, "other forms of ISO 8601")])],
    "time": [Package("time", [LEAP_SECOND, LINE_END, NO_ASCII], ("rfc3339_validator",)),
             Rust("time", [ODD_OFFSET, not_like(TIME_FORM, DIGITS)])],
    "date-time": [Package("date-time", [YEAR_0, LEAP_SECOND, LINE_END, NO_ASCII],
                          ("rfc3339_validator",)),
                  Rust("date-time", [ODD_OFFSET, not_like(f"{DATE_FORM}[Tt]{TIME_FORM}", DIGITS)])],
    "duration": [Package("duration", [
        found("[-+.,]", "signs and fractions: RFC 3339, appendix A has none"),
        found("Y[0-9]+D|H[0-9]+S|Y.*T.*[0-9]D", "a unit left out between two: the same, dur-year"),
        found("[0-9]T|T.*D", "digits without a unit: the same"),
        found("W.|[^P0-9].*W", "weeks beside other units: the same, dur-week")],
                         ("isoduration",)), Rust("duration")],
    "hostname": [Package("hostname", [LAST_DOT, LINE_END, NO_ASCII], ("fqdn",)),
                 Rust("hostname", [found(r"(\A|\.)..--", "labels with `--` in the third place are "
                                         "reserved, but names: RFC 5890, section 2.3.1")])],
    "ipv4": [Package("ipv4"), Rust("ipv4"),
             Judge("ipaddress", succeeds(ipaddress.IPv4Address, ValueError))],
    "ipv6": [Package("ipv6"), Rust("ipv6"),
             Judge("ipaddress", succeeds(ipaddress.IPv6Address, ValueError),
                   [found("%", "zones are no part of addresses: RFC 4291, section 2.2")])],
    "email": [Rust("email", [
        *EMAIL])],
    "idn-email": [Rust("idn-email", [
        *EMAIL, found(r'"[^"]*\\[^\x00-\x7f]', "no character beyond ASCII is quoted: RFC 6531, "
                      "section 3.3, which extends qtextSMTP alone"),
        found("@[^@]*[^\x00-\x7f][^@]*$", "Weir: labels beyond ASCII are not looked into")])],
    "idn-hostname": [
        Package("idn-hostname", [
            *IDN, LAST_DOT, (is_bidi, "labels from left to right in names that have others are "
                             "not looked at: RFC 5893, section 2")], ("idna",)),
        Rust("idn-hostname", [
            *IDN, (is_mapped, "characters are mapped before they are looked at: RFC 5891, "
                   "section 5.3 lets an application do so, but RFC 5890 has names without"),
            found("・.*ー|ー.*・", "the script of U+30FC is Common: RFC 5892, appendix A.7")])],
    "uri": [Package("uri", rfc3987(), ("rfc3987",)), Rust("uri")],
    "uri-reference": [Package("uri-reference", rfc3987(), ("rfc3987",)), Rust("uri-reference")],
    "iri": [Package("iri", rfc3987(), ("rfc3987",)), Rust("iri")],
    "iri-reference": [Package("iri-reference", rfc3987(), ("rfc3987",)), Rust("iri-reference")],
    "uri-template": [Package("uri-template", [
        found(r"""(\A|})[^{]*[\x00-\x20"<>\\^`|}\x7f-\x9f]""", "characters that no literal has: "
              "RFC 6570, section 2.1"),
        found("%(?![0-9A-Fa-f]{2})", "`%` and no digits: the same, pct-encoded"),
        found("{[^}]*%", "variables with encoded characters: section 2.3, varname"),
        found("{[^}]*:[0-9]{4}", "prefixes of four digits: section 2.4.1, max-length"),
        found("{[^}]*[^}0-9A-Za-z_.,:*]|{[^}]*,}", "other characters in expressions: section 2.3"),
        found("{[=@!|]", "operators for extensions: section 2.2, op-reserve"),
        found(r"{[^}]*(\.[.,:*}]|:0)", "dots beside nothing, prefixes that begin with 0: the same"),
        NO_ASCII], ("uri_template",)),
        Rust("uri-template", [found("[\x80-\x9f]", "control characters: section 2.1")])],
    "json-pointer": [Package("json-pointer", needs=("jsonpointer",)), Rust("json-pointer")],
    "relative-json-pointer": [
        Package("relative-json-pointer", [
            INDEX, NO_ASCII, found(r"\A[0-9]+0", "numbers with a 0 inside: the same")],
                ("jsonpointer",)),
        Rust("relative-json-pointer", [INDEX])],
    "uuid": [Package("uuid", [not_like(UUID_FORM, "`uuid.UUID` drops hyphens"),
                             found(r"\s", "and blanks"), NO_ASCII]),
             Rust("uuid")],
    "regex": [Node([
        ("Invalid group", "modifiers are ECMA-262 of 2025, section 22.2.1, and not in this node"),
        ("numbers out of order|Range out of order", "Weir: bounds and ranges may run backwards"),
        ("Duplicate capture group name", "Weir: groups may share a name"),
        ("Invalid named capture referenced|Invalid named reference|Invalid escape|Invalid decimal",
         "Weir: back-references may name no group")])],
}
