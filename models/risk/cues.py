"""Words that tell which of a customer's sentences to quote.

They only choose the quotation, once a model has read an intent in the whole feedback; no score depends on them. Both
Chinese scripts and Cantonese stand in one pattern with English.
"""

import re

LEAVING = re.compile(
    r"cancel|switch|\bmov(?:ed|ing) (?:\w+ )?(?:to|over|on)\b|\bleav(?:e|ing)\b|never (?:again|buy|order|use)"
    r"|\b(?:won't|not|no longer|never) (?:be )?(?:buy|order|renew|com(?:e|ing) back|us(?:e|ing)|shop)"
    r"|no longer|last (?:order|chance|straw)|went with|\bgo(?:ing)? with\b|elsewhere|instead|unsubscribe|close my"
    r"|done with|done being|the contract|thrown? (?:\w+ )?out|goodbye|competitor|quoted|block the"
    r"|no need to reply"
    r"|再也不|不会再|不會再|唔會再|不再|以[后後].{0,12}不|[换換][成了用到家牌台咗]|[转轉][用去到咗]|[买買]了?.{0,4}别家|別家"
    r"|看看别家|其他[家牌]|取消|退[订訂]|[注註][销銷]|[关關]掉|解[绑綁除]|不[续續]|最[后後]一次|[删刪][掉除]|清空|不用再|不必再|唔使覆",
    re.IGNORECASE,
)
ESCALATING = re.compile(
    r"complain|trading standards|ombudsman|regulator|lawyer|solicitor|legal|\bcourts?\b|\bsue\b|\bpress\b|journalist"
    r"|reporter|newspaper|manager|supervisor|head office|consumer|chargeback|public"
    r"|投[诉訴]|123[14]5|消保|消委|消[费費]者|律[师師]|法[务務]|法院|起[诉訴]|媒[体體]|[记記]者|[电電][视視][台臺]|曝光|工商|[经經]理|主管"
    r"|[负負][责責]人|[监監]管",
    re.IGNORECASE,
)
ALARMING = re.compile(
    r"smok|\bfire|burn|\bhot\b|heat|warm|swell|swollen|explod|melt|spark|scorch|injur|hospital|hurt|blister|safe|danger"
    r"|fraud|scam|stol|hack|unauthori|charged|twice|double"
    r"|[烟煙火烫燙热熱鼓爆烧燒焦]|[伤傷]|[医醫]院|水泡|危[险險]|安全|[盗盜诈詐]|[骗騙]|扣[了款钱錢咗]|照扣|[两兩]次|重[复複]|泄露|洩",
    re.IGNORECASE,
)
