"""E-mail addresses, also written "john (at) shop dot com"."""

import re

from nlp.recognisers.base import Recogniser, every

ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
    r"(?:@|\s?[\[(]\s?(?:at|@)\s?[\])]\s?)"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}(?:\.|\s?[\[(]\s?dot\s?[\])]\s?|\sdot\s)){1,5}[A-Za-z]{2,24}(?![A-Za-z0-9])",
    re.IGNORECASE,
)

RECOGNISER = Recogniser(needs=re.compile(r"@|[\[(]\s?at\s?[\])]", re.IGNORECASE), find=every(ADDRESS))
