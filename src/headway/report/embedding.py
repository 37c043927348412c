"""What stands inside the page as itself (data, scripts, pictures), so written that it stays what it is."""

import base64
import gzip
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

QUICK_AND_SMALL = 6  # of 9 steps from quick to small
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)


def as_json(value: Any) -> str:
    """JSON that stands safely in a script tag: no sign in it can end the tag or begin a comment.

    >>> as_json({"name": "</script><!--"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003c!--"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def as_packed(value: Any) -> str:
    """JSON that a browser unpacks when it is asked for: gzip without a clock, in base64.

    >>> gzip.decompress(base64.b64decode(as_packed({"name": "頭頸部癌"}))).decode()
    '{"name":"頭頸部癌"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), QUICK_AND_SMALL, mtime=0)).decode()


def as_script(source: str) -> str:
    """JavaScript that cannot end its own tag.

    >>> as_script("say('</script>')")
    "say('<\\\\/script>')"
    """
    return source.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def fingerprint(script: str) -> str:
    """What a content security policy asks of a script that may run.

    >>> fingerprint("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def with_own_ids(svg: str, name: str) -> str:
    """An SVG whose ids begin with a name: two pictures on one page must not share clips and gradients.

    The ids are numbered anew: Vega counts on from one picture to the next.

    >>> with_own_ids('<svg><clipPath id="clip7"/><g clip-path="url(#clip7)">id="clip7"</g></svg>', "OS")
    '<svg><clipPath id="OS-0" /><g clip-path="url(#OS-0)">id="clip7"</g></svg>'
    """
    picture = ET.fromstring(svg)
    found = [element.attrib["id"] for element in picture.iter() if "id" in element.attrib]
    named = {old: f"{name}-{number}" for number, old in enumerate(found)}
    for element in picture.iter():
        for attribute, value in element.attrib.items():
            element.set(attribute, _renamed(attribute, value, named))
    return ET.tostring(picture, encoding="unicode")


def _renamed(attribute: str, value: str, named: dict[str, str]) -> str:
    """The attribute as it is, or with the new name of what it points to."""
    if attribute == "id":
        return named[value]
    if attribute in ("href", f"{{{_XLINK}}}href"):
        return f"#{named[value[1:]]}" if value[:1] == "#" and value[1:] in named else value
    return re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{named.get(found[1], found[1])})", value)
