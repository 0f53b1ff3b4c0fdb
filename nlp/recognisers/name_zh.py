"""Chinese names: after words that announce them, and a surname with a title (王先生, 陳小姐)."""

import re
from collections.abc import Iterator

from data.records import Span
from nlp.recognisers.base import Recogniser

_COMMON = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭萧田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任"
    "卢盧姚沈钟鍾鐘姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱丘侯江尹薛闫閻雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向汤湯赖賴翁洪柯庄莊詹"
    "简簡温溫涂倪施牛殷康童章梅俞左鲁魯安齐齊易乔喬伍庞龐颜顏聂聶焦岳翟季路葛柳祁游阮古祝霍鲍鮑凌甘卓纪紀房欧歐辛关關娄婁巫裴骆駱梁费費华華"
)
_DOUBLE = "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|皇甫|令狐|尉迟|慕容|司徒|张简|張簡"
SURNAME = rf"(?:{_DOUBLE}|[{_COMMON}])"
#: A name after a colon or "我叫" may run into what the customer wants; with these behind it is no name.
_NOT_FIRST = (
    "了他她它你我们們这這那不没沒的是在着著到外车車个個一什啥怎客人老板来來去过過送货貨单單快早晚东東菜餐饭飯滴"
)
#: What may follow a name without a mark: verbs and particles that customers go on with.
_FOLLOW = "是的在来來要想买買也和跟与與说說今我你您，。,.!！?？;；:：、)）」』”\"'~～ \n\t"
NAME = (
    rf"(?P<name>{SURNAME}[\u4e00-\u9fff]{{1,2}}?(?=[{_FOLLOW}<\x1a]|$)"
    rf"|{SURNAME}(?!了)[\u4e00-\u9fff]{{1,2}}(?![{_NOT_FIRST}]))"
)
ANNOUNCED = re.compile(
    r"(?:我(?:的)?名字(?:是|叫)|我(?:就)?叫(?:做)?|本人(?:是|叫)|姓名|收件人|收货人|收貨人|收货姓名|联系人|聯絡人|联络人"
    r"|订餐人|預訂人|订购人|訂購人|购买人|寄件人|署名|顾客|客户姓名|户名|戶名|投诉人|申请人|负责人|經辦人|经办人)"
    rf"\s?(?:是|为|為|叫|[:：])*\s?{NAME}"
)
I_AM = re.compile(
    r"(?:(?:^|[，。,.!！?？\s])(?:你好|您好)?[，, ]?我是|这里是|這裡是|我姓名)"
    rf"(?P<name>{SURNAME}(?![户戶板师師人家])[\u4e00-\u9fff]{{1,2}})(?=[，。,.!！?？\s]|$)"
)
SURNAME_IS = re.compile(
    rf"(?:我|免贵|免貴|本人|敝)姓(?P<name>{SURNAME})(?![\u4e00-\u9fff]?氏)"
    rf"|姓(?P<bare>{SURNAME})(?=[的，。,.!！?？\s]|$)"
)
#: Staff by a name behind their role: 客服小王, 快递员张三. Only surnames that are no words, only before such words.
_SURE = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫朱胡郭林罗羅郑鄭梁宋唐许許韩韓冯馮邓鄧曹彭曾蕭蔡潘袁董叶葉"
STAFF = re.compile(
    r"(?:客服|店员|店員|服务员|服務員|快递员|快遞員|配送员|送货员|外卖员|外賣員|骑手|騎手|司机|司機|销售|業務|业务员|小哥|专员|專員|师傅|師傅)"
    rf"(?:工号\d+的?)?[:：是叫]?\s?(?P<name>[小老阿](?:{SURNAME})(?![姐妹弟孩])|[{_SURE}][\u4e00-\u9fff]{{1,2}}?"
    r"(?=态度|態度|很|说|說|人|服务|服務|打|给|給|在|先生|[，。,.!！?？\s]|$))"
)
TITLE = (
    r"(?:先生|女士|小姐(?!姐)|太太|老师|老師|经理|經理|店长|店長|主任|师傅|師傅|阿姨|大姐|大哥|医生|醫生|同学|同學"
    r"|总(?=[，。,.!！?？\s]|$))"
)
#: Surnames that end everyday words (基金经理, 历史老师, 旅游经理): they need a mark or a cue in front.
_WORDS = "于和时任向何万安方路关余华白左庄莊房萬金牛程高常马馬章游史施祝童古谢謝康简簡欧歐武雷石温溫"
TITLED = re.compile(
    rf"(?P<name>(?<![\u4e00-\u9fff]){SURNAME}[\u4e00-\u9fff]{{0,2}}?|(?<=[叫是]){SURNAME}[\u4e00-\u9fff]{{1,2}}?"
    rf"|(?<=[叫是给給找跟和与與让讓请請的客服位姓谢謝感好问問对對向被由派因从從有个個找]){SURNAME}"
    rf"|(?![{_WORDS}]){SURNAME})(?={TITLE})"
)
#: A noodle, an oven, a travel agency: surname and title by chance.
BRANDS = re.compile(
    r"颜值|(?<=感)[謝谢]|康师傅|康師傅|方太太|田老师|白大姐|老[师師]|(?<=[携攜])程|安[装裝]|[谢謝]{2}|辛苦|[徐广廣]州|方便|高[兴興]|金牌|万能|简单|簡單|温柔|溫柔|安全"
    r"|时尚|任何|常[见見]|马上|馬上|白[领領]|广大|洗衣|石材|花店"
)
#: Words that begin like a surname and follow "我叫" or "联系人" all the same.
NOT_NAMES = re.compile(
    r"方式|何[时時人]|石沉|安[装裝心]|关门|方便|任何|万[一分]|向他|白车|金额|马上|顺风|商家|高[兴興]|田园|石头"
)


def find(text: str) -> Iterator[Span]:
    """Give names; of a surname with its title the name alone, so that "<NAME>先生" still says whom."""
    for pattern in (ANNOUNCED, I_AM, SURNAME_IS, STAFF, TITLED):
        for match in pattern.finditer(text):
            start, end = match.span("name" if match["name"] else "bare")
            if not BRANDS.match(text, start) and not (pattern is ANNOUNCED and NOT_NAMES.match(text, start)):
                yield Span(start, end)


CUE = re.compile(
    r"叫|我是|姓|名|人|顾客|[这這][里裡]是|先生|女士|小姐|太太|老[师師]|[经經]理|店[长長]|主任|[师師]傅|阿姨|大姐|大哥"
    r"|[医醫]生|同[学學]|总|署|客服|[员員]|[骑騎]手|司[机機]|销售|[业業][务務]|小哥"
)
RECOGNISER = Recogniser(needs=CUE, find=find)
