"""The words at which customers turn from one thing to another: contrasts, additions, and what they speak about."""

import re
from itertools import pairwise


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Chinese contrasts and additions that open a clause even without a comma; not inside 不但, 不过如此, 不過敏 ...
TURN = (
    r"(?<![不非])但(?![凡愿願])|(?<![只不好])不[过過](?![如分关關敏瘾癮期夜时時来來去得滤濾])|然而|而且|此外"
    r"|(?<![最正])可是(?![不说說])|[虽雖]然|[尽儘]管(?![问問说說来來])|另外(?![一两兩几幾的花收加买買])"
    r"|(?<=[好错錯快吃棒高香])[就只]是(?![说說])"
)
#: The characters that TURN can begin with.
TURN_FIRST = "但不然而此可虽雖尽儘另就只"

#: Chinese openings that begin a new clause after a comma or a space.
OPENING = re.compile(
    r"[并並]且|同[时時]|其次|再者|再[说說]|就是|只是|只不[过過]|[还還]有|唯一|除了|反而|倒是|相反|最[后後]|至[于於]|另|[却卻]"
    r"|总[的体]|總[的體]|整[体體]|希望|建[议議]|求|[请請]|下次|以[后後]"
)
#: Chinese openings that carry on with the same thing.
FOLLOWING = re.compile("所以|因此|[导導]致|[于於]是|[从從]而|以至|以致|使得|[让讓]")
#: Openings of half a sentence: its comma does not part two things.
SUBORDINATE_ZH = re.compile("如果|因[为為]|要是|只要|[当當][我时時]|等到|由[于於]|假如|若")
SUBORDINATE = _words("when if because since after before as once unless until whenever given having despite")

_THINGS = _words("""
    物流 快递 快遞 配送 送货 送貨 发货 發貨 出货 出貨 到货 到貨 速度 包装 包裝 外包装 外包裝 盒子 箱子 客服 售后
    售後 服务 服務 态度 態度 质量 質量 品质 品質 做工 味道 口味 口感 分量 份量 食材 食物 餐点 餐點 菜品 菜色 菜 汤
    湯 肉 饭 飯 米饭 麵 饮料 飲料 外卖 外賣 外送 骑手 騎手 价格 價格 价钱 價錢 价位 價位 性价比 性價比 环境 環境
    空间 空間 卫生 衛生 位置 交通 房间 房間 房型 客房 早餐 早饭 用餐 前台 大堂 浴室 厕所 廁所 停车 停車 装修 裝潢
    设施 設施 空调 空調 隔音 屏幕 螢幕 电池 電池 续航 續航 待机 待機 充电 充電 音质 音質 声音 聲音 外观 外觀 手感
    尺码 尺碼 尺寸 大小 颜色 顏色 面料 布料 材质 材質 系统 系統 性能 效能 运行 拍照 照相 像素 键盘 鍵盤 散热 散熱
    发热 發熱 噪音 内容 內容 印刷 纸张 紙張 纸质 紙質 字体 字體 界面 介面 软件 軟體 功能 效果 网络 網路 网速 信号
    訊號 店员 店員 老板 老闆 店家 店主 店長 商家 卖家 賣家 服务员 服務員 服務生 快递员 师傅 師傅 人员 人員 平台 退款
    退货 退貨 换货 換貨 赠品 贈品 发票 發票 优点 優點 缺点 缺點 个人 個人 机器 機器 手机 手機 衣服 裤子 褲子 鞋子
    气味 氣味 等待 上菜 出餐 送餐 排队 排隊 水果 口碑
""")
#: What customers speak about: one of these after a comma begins a new clause.
THING = re.compile(
    r"(?:(?:[这這那]|[你妳您]们?|我[们們]?|他[们們]?|本|其|[店酒]家?|[这這][个個家]?)?的?)?"
    rf"(?:{'|'.join(sorted(_THINGS, key=lambda thing: (-len(thing), thing)))})"
)

#: English words that turn to something else wherever they stand, and those that need a comma before them.
TURN_WORDS = _words("and but however whereas although")
COMMA_WORDS = _words(
    "though while yet except plus also still otherwise nevertheless nonetheless furthermore moreover besides "
    "unfortunately overall sadly luckily hopefully instead please"
)
#: After these, "but" means "except".
NOT_BEFORE_BUT = _words("nothing anything everything nobody anybody none all no anyone everyone cannot last")
#: Before these, "however" is a degree.
DEGREES = _words("long many much hard far often")
#: "my wife and I" is one subject.
COMPANY = _words(
    "wife husband friend friends family mother mom mum father dad son daughter kids boyfriend girlfriend partner "
    "fiance colleague colleagues sister brother he she they we you"
)
PRONOUNS = _words(
    "i we they he she it you there nobody everyone everything nothing i'm i've i'd i'll it's he's she's we're "
    "we've we'll they're they've you're there's that's im ive"
)
DETERMINERS = _words("the my your our their this that these those his her its a an no")
SINGULAR_VERBS = _words(
    "is was isn't wasn't has hasn't took takes came comes makes made got gets went goes feels felt looks looked "
    "seems seemed tastes tasted arrived fits fit works worked doesn't didn't did won't will would wouldn't can can't "
    "could couldn't never just keeps kept had ran runs fell stopped"
)
PLURAL_VERBS = _words("are were aren't weren't have haven't do don't look feel seem taste work keep")
PEOPLE = _words("staff people crew")


def turns(before: str, word: str, after: list[str]) -> bool:
    """Say whether lower-case English `word` turns to something else without a comma, between `before` and `after`."""
    if word == "and":
        return before not in COMPANY and starts_sentence(after)
    if word == "but":
        return before not in NOT_BEFORE_BUT
    if word == "however":
        return not after or after[0] not in DEGREES
    return word in TURN_WORDS


def opens(word: str, after: list[str]) -> bool:
    """Say whether lower-case English `word`, followed by `after`, begins a new clause after a comma."""
    if word == "and":
        return starts_sentence(after)
    return word in COMMA_WORDS or word in TURN_WORDS or starts_sentence([word, *after])


def starts_sentence(words: list[str]) -> bool:
    """Say whether lower-case English `words` begin with a subject and its verb, as far as can be told without a tagger.

    A plural verb counts only after a plural subject: "and the food were" is the end of "the service and the food were".
    """
    if len(words) < 2:
        return False
    if words[0] in PRONOUNS:
        return True
    if words[0] not in DETERMINERS or (words[0] == "that" and words[1] in PRONOUNS):
        return False
    for before, word in pairwise(words[1:5]):
        if word in SINGULAR_VERBS:
            return True
        if word in PLURAL_VERBS:
            return before.endswith("s") or before in PEOPLE
    return False
