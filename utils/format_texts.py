# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random texts for each format: valid ones, ones at the bounds of what is valid, and changed ones.

Used by check-formats.py. `TEXTS` has, by format, what writes a text and the characters that
changes put in.
"""

# Characters that are not what they look like to patterns: digits and letters beyond ASCII, letters
# that fold into ASCII, line breaks and blanks of all kinds.
STRANGE = "٣３ſKİéß \t\n\r\x00\x1f\x7f\x85\u2028\u200d\ufeff"
HEX = "0123456789abcdefABCDEF"
LETTERS = "abzAZ"


def change(rng, text, alphabet):
    """The text with a character dropped, put in, replaced, repeated or swapped with the next."""
    at = rng.randrange(len(text) + 1)
    other = rng.choice(alphabet if rng.random() < 0.85 else STRANGE)
    kind = rng.randrange(6)
    if kind == 0:
        return text[:at] + other + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1:]
    if kind == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    if kind == 3:
        return text[:at] + text[at:at + 1] + text[at:]
    if kind == 4 and text[at:at + 1].swapcase() != text[at:at + 1]:
        return text[:at] + text[at].swapcase() + text[at + 1:]
    return text[:at] + other + text[at + 1:]


def some(rng, characters, low, high):
    return "".join(rng.choice(characters) for _ in range(rng.randint(low, high)))


def maybe(rng, text, chance=0.5):
    return text if rng.random() < chance else ""


def number(rng, bounds, digits):
    """A number of so many digits, mostly at or near a bound."""
    value = rng.choice(bounds) + rng.choice((-1,) + (0,) * 12 + (1,))
    if rng.random() < 0.1:
        value = rng.randrange(10 ** digits)
    return f"{max(0, value):0{digits}}"


def date(rng):
    year = number(rng, (0, 4, 100, 400, 1900, 1996, 2000, 2023, 2024, 2100, 2400, 9999), 4)
    return f"{year[-4:]}-{number(rng, (1, 2, 2, 3, 4, 6, 9, 11, 12), 2)}-" \
           f"{number(rng, (1, 28, 28, 29, 30, 31), 2)}"


def offset(rng):
    if rng.random() < 0.4:
        return rng.choice("Zz")
    hours, minutes = number(rng, (0, 1, 5, 12, 23), 2), number(rng, (0, 15, 30, 45, 59), 2)
    return f"{rng.choice('+-')}{hours}:{minutes}"


def time(rng):
    if rng.random() < 0.3:
        # A second that may be a leap second: 23:59 in UTC, or a minute beside it.
        behind = rng.choice((0, 15, 30, 60, 330, 345, 720, 1425, 1439, 7))
        sign = rng.choice("+-")
        local = (23 * 60 + 59 + (behind if sign == "+" else -behind) +
                 rng.choice((0, 0, 0, 0, 1, -1))) % 1440
        zone = "Z"
        if behind or rng.random() < 0.5:
            zone = f"{sign}{behind // 60:02}:{behind % 60:02}"
        fraction = maybe(rng, "." + some(rng, "09", 1, 3), 0.3)
        return f"{local // 60:02}:{local % 60:02}:60{fraction}{zone}"
    fraction = maybe(rng, "." + some(rng, "0123456789", 0, 12), 0.4)
    return f"{number(rng, (0, 12, 23, 24), 2)}:{number(rng, (0, 30, 59), 2)}:" \
           f"{number(rng, (0, 30, 59, 60), 2)}{fraction}{offset(rng)}"


def date_time(rng):
    return f"{date(rng)}{rng.choice('TTTTTt ')}{time(rng)}"


def duration(rng):
    def part(unit, chance):
        return maybe(rng, some(rng, "0123456789", 1, rng.choice((1, 2, 9))) + unit, chance)
    if rng.random() < 0.2:
        return "P" + part("W", 0.9) + part(rng.choice("YMD"), 0.1)
    day = part("Y", 0.5) + part("M", 0.5) + part("D", 0.5)
    clock = part("H", 0.5) + part("M", 0.5) + part("S", 0.5)
    return "P" + day + maybe(rng, "T" + clock, 0.6)


def label(rng, letters=LETTERS + "059"):
    length = rng.choice((1, 1, 2, 3, 5, 61, 62, 63, 63, 64))
    text = some(rng, letters + "-", length, length)
    if rng.random() < 0.9:
        text = text.strip("-") or "a"
    # Two hyphens in the third place are reserved.
    return text if rng.random() < 0.1 else text.replace("--", "-a")


def hostname(rng):
    if rng.random() < 0.3:
        # About 253 characters in all.
        total = rng.choice((250, 251, 252, 253, 253, 254, 255, 256))
        text = ""
        while len(text) < total:
            text += some(rng, "abc0", 1, 63) + "."
        return text[:total].rstrip(".") + maybe(rng, ".", 0.1)
    return ".".join(label(rng) for _ in range(rng.randint(1, 4))) + maybe(rng, ".", 0.05)


def ipv4(rng):
    bounds = (0, 1, 9, 10, 99, 100, 199, 200, 249, 250, 255, 256, 260, 300)
    return ".".join(str(rng.choice((*bounds, rng.randrange(256))))
                    for _ in range(rng.choice((4,) * 8 + (3, 5))))


def ipv6(rng):
    groups = rng.choice((8,) * 5 + (7, 9))
    embedded = rng.random() < 0.3
    parts = [some(rng, HEX, 1, 4) for _ in range(groups - 2 * embedded)]
    if embedded:
        parts.append(ipv4(rng))
    text = ":".join(parts)
    if rng.random() < 0.7:
        begin = rng.randint(0, len(parts))
        end = rng.randint(begin, len(parts))
        if begin == end and rng.random() < 0.7:
            begin, end = max(0, begin - 1), min(len(parts), end + 1)
        text = ":".join(parts[:begin]) + "::" + ":".join(parts[end:])
    return text + maybe(rng, "%eth0", 0.03) + maybe(rng, "/64", 0.02)


ATEXT = "abz059!#$%&'*+-/=?^_`{|}~"


def email(rng, beyond=""):
    local = ".".join(some(rng, ATEXT + beyond, 1, 4) for _ in range(rng.randint(1, 3)))
    if rng.random() < 0.3:
        local = '"' + "".join(rng.choice((rng.choice(" !#[]^~az@.(,;<" + beyond),
                                          "\\" + rng.choice(' "\\a~')))
                              for _ in range(rng.randint(0, 4))) + '"'
    if rng.random() < 0.25:
        inner = rng.choice((ipv4(rng), "IPv6:" + ipv6(rng), "ipv6:" + ipv6(rng), ipv6(rng)))
        return f"{local}@[{inner}]"
    domain = ".".join(label(rng, LETTERS + "05" + beyond) if rng.random() < 0.2 else
                      some(rng, LETTERS + "05" + beyond, 1, 5) for _ in range(rng.randint(1, 3)))
    return f"{local}@{domain}"


SCRIPTS = ("abz09", "äöüßéñ", "абвгд", "αβγς", "אבגד", "ابةد", "۰۱۲", "٠١٢", "日本語中", "アイー・", "가나",
           "कखग\u094d\u200d\u200c", "l·l", "׳״א", "͵α", "\u0301\u0300")


def idn_hostname(rng):
    labels = []
    for _ in range(rng.randint(1, 3)):
        letters = rng.choice(SCRIPTS) + maybe(rng, rng.choice(SCRIPTS), 0.3) + \
            maybe(rng, "-0a", 0.2)
        labels.append(some(rng, letters, 1, rng.choice((2, 4, 8))))
    return rng.choice("....。．｡").join(labels)


UNRESERVED = "abzAZ09-._~"
DELIMITERS = "!$&'()*+,;="
UCS = "é日\u00a0\ud7ff\uf900\U00010000\U0001fffd\U000e1000"
PRIVATE = "\ue000\uf8ff\U000f0000\U0010fffd"


def encoded(rng, characters, low, high):
    return "".join("%" + some(rng, HEX, 2, 2) if rng.random() < 0.1 else rng.choice(characters)
                   for _ in range(rng.randint(low, high)))


def authority(rng, beyond):
    user = maybe(rng, encoded(rng, UNRESERVED + DELIMITERS + ":" + beyond, 0, 5) + "@", 0.3)
    host = rng.choice((
        lambda: encoded(rng, UNRESERVED + DELIMITERS + beyond, 0, 8),
        lambda: "example.com", lambda: ipv4(rng), lambda: f"[{ipv6(rng)}]",
        lambda: f"[v{some(rng, HEX, 0, 2)}.{some(rng, UNRESERVED + DELIMITERS + ':', 0, 4)}]"))()
    return user + host + maybe(rng, ":" + some(rng, "0123456789", 0, 6), 0.3)


def path(rng, beyond):
    return "/".join(encoded(rng, UNRESERVED + DELIMITERS + ":@" + beyond, 0, 4)
                    for _ in range(rng.randint(0, 4)))


def reference(rng, beyond="", private="", absolute=False):
    text = ""
    if absolute or rng.random() < 0.5:
        text = rng.choice(LETTERS) + some(rng, LETTERS + "09+-.", 0, 4) + ":"
    if rng.random() < 0.5:
        text += "//" + authority(rng, beyond) + maybe(rng, "/" + path(rng, beyond))
    else:
        text += path(rng, beyond)
    behind = UNRESERVED + DELIMITERS + ":@/?" + beyond
    text += maybe(rng, "?" + encoded(rng, behind + private, 0, 6), 0.3)
    return text + maybe(rng, "#" + encoded(rng, behind, 0, 6), 0.3)


def uri_template(rng):
    def name():
        return ".".join(encoded(rng, "abzAZ09_", 1, 3) for _ in range(rng.choice((1, 1, 1, 2))))

    def expression():
        prefix = f":{rng.choice((0, 1, 9, 10, 9999, 10000))}"
        names = ",".join(name() + rng.choice(("", "", "*", prefix))
                         for _ in range(rng.randint(1, 3)))
        return "{" + maybe(rng, rng.choice("+#./;?&=,!@|"), 0.5) + names + "}"
    return "".join(expression() if rng.random() < 0.5 else
                   encoded(rng, "abzAZ09!#$&'()*+,-./:;=?@[]_~" + UCS + PRIVATE, 0, 4)
                   for _ in range(rng.randint(0, 4)))


def json_pointer(rng):
    steps = ("a", "~0", "~1", "é", '"', "\\", "0", " ", "\0", maybe(rng, "~", 0.05))
    return "".join("/" + "".join(rng.choice(steps) for _ in range(rng.randint(0, 3)))
                   for _ in range(rng.randint(0, 4)))


def relative_json_pointer(rng):
    text = rng.choice(("0", "1", "9", "10", "120", "01", "00", "-1", "+1", ""))
    text += maybe(rng, rng.choice("+-") + rng.choice(("0", "1", "10", "01", "")), 0.25)
    return text + rng.choice(("#", json_pointer(rng), json_pointer(rng), "#/"))


def uuid(rng):
    return "-".join(some(rng, HEX, n, n) for n in (8, 4, 4, 4, 12))


def regex(rng, depth=0):
    def atom():
        kind = rng.randrange(14 if depth < 3 else 9)
        if kind < 3:
            return rng.choice("ab0-,:=!<>é日\U0001f600/\"'_ ")
        if kind == 3:
            return rng.choice((".", "^", "$", r"\b", r"\B"))
        if kind == 4:
            return "\\" + rng.choice("dDsSwWtnrvf0^$\\.*+?()[]{}|/")
        if kind == 5:
            return rng.choice((r"\cA", r"\cz", r"\x41", r"\u0041", r"\u{1F600}", r"\u{10FFFF}",
                               r"\u{110000}", r"\ud83d\ude00", r"\ud83d", r"\p{L}", r"\P{Lu}",
                               r"\p{Script=Greek}", r"\p{scx=Grek}", r"\p{ASCII}", r"\p{Foo}",
                               r"\p{gc=Letter}", r"\p{General_Category=Lu}", r"\p{Script=Foo}",
                               r"\u{0041}", r"\u{}", r"\x4", r"\c1", r"\a", r"\-", r"\_", r"\e"))
        if kind < 9:
            parts = ["a", "z", "0", "-", "^", r"\d", r"\-", r"\]", r"\b", r"\u{41}", "é", "[", ".",
                     "a-z", "0-9", r"\x41-\x5a", r"\cA", r"\p{L}", "b", "$"]
            if rng.random() < 0.1:
                parts += [r"\w-z", r"\B"]
            inside = "".join(rng.choice(parts) for _ in range(rng.randint(0, 4)))
            return "[" + maybe(rng, "^", 0.3) + inside + "]"
        opening = rng.choice(("(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?<ab1>",
                              "(?<é>", "(?P<n>", "(?i:", "(?<1>", "(?>", "(?<\\u0061>"))
        return opening + regex(rng, depth + 1) + ")"

    def quantifier():
        return rng.choice(("*", "+", "?", "{2}", "{2,}", "{2,3}", "{0,0}", "{,3}", "{", "{3,2}",
                           "**")) + maybe(rng, "?", 0.3)
    def terms():
        return "".join(atom() + maybe(rng, quantifier(), 0.2) for _ in range(rng.randint(0, 3)))
    return "|".join(terms() for _ in range(rng.choice((1, 1, 1, 2))))


TEXTS = {
    "date": (date, "0123459-+ TW"),
    "time": (time, "0123569:.+-Zz,"),
    "date-time": (date_time, "01234569:-.+ZzTt ,"),
    "duration": (duration, "019PTYMDWHS.,-+p"),
    "hostname": (hostname, "ab0-._*"),
    "ipv4": (ipv4, "0123459./x"),
    "ipv6": (ipv6, "019afAFgG:.%/[]"),
    "email": (email, "ab0@.\"\\[]()<>,;: -"),
    "idn-email": (lambda rng: email(rng, "é日\x80\U0010ffff"), "ab0@.\"\\[]()<>,;: -é日"),
    "idn-hostname": (idn_hostname, "ab0-.。_" + "".join(SCRIPTS)),
    "uri": (lambda rng: reference(rng, absolute=True),
            UNRESERVED + DELIMITERS + ":/?#[]@%{}|\\^`<>\""),
    "uri-reference": (reference, UNRESERVED + DELIMITERS + ":/?#[]@%{}|\\^`<>\""),
    "iri": (lambda rng: reference(rng, UCS, PRIVATE, True),
            UNRESERVED + DELIMITERS + ":/?#[]@%{}|\\" + UCS + PRIVATE),
    "iri-reference": (lambda rng: reference(rng, UCS, PRIVATE),
                      UNRESERVED + DELIMITERS + ":/?#[]@%{}|\\" + UCS + PRIVATE),
    "uri-template": (uri_template, "ab0{}%+#./;?&=,!@|:*_'\"<>\\^`" + UCS),
    "json-pointer": (json_pointer, "/~01a#"),
    "relative-json-pointer": (relative_json_pointer, "/~01a#+-"),
    "uuid": (uuid, HEX + "-{}g"),
    "regex": (regex, "ab0\\()[]{}*+?|^$.-,:=!<>dpuxkP1"),
}
