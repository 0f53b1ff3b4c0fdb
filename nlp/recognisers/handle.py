"""Names of people in social networks: "@name".

Every handle goes, the first one too: a tweet may as well answer a person as a company, and what a model needs to know
(who is spoken to) the placeholder tells.
"""

import re

from nlp.recognisers.base import Recogniser, every

HANDLE = re.compile(
    r"(?<![A-Za-z0-9_.@])@(?:[A-Za-z_][A-Za-z0-9_]{1,29}|\d{1,12}[A-Za-z_][A-Za-z0-9_]{1,20}"
    r"|(?!客服|官方|所有人|全体|商家|店家)[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9_-]{1,14}(?=[\s:：,，]|$))"
)

RECOGNISER = Recogniser(needs=re.compile("@"), find=every(HANDLE))
