"""What the problems of population say, Chinese first."""

from lianfang_edge.problems import Text

MESSAGES: dict[str, Text] = {
    "area-code-malformed": Text(
        "区划代码应为6、9、12或15位数字", "A code has 6, 9, 12 or 15 digits"
    ),
    "area-defined-twice": Text("区划代码重复", "An area is defined twice"),
    "area-unknown": Text("上级区划不存在", "The area above is not defined"),
    "birth-date-impossible": Text(
        "证件号码中的出生日期无效", "The number holds no possible birth date"
    ),
    "case-closed": Text("该居住变更件已结束", "The residence-change case is closed"),
    "case-not-in-that-state": Text(
        "该居住变更件当前状态不允许此操作", "The residence-change case is not in a state for this"
    ),
    "category-unknown": Text("类别不在法定目录内", "The category is not on the statutory list"),
    "check-digit-wrong": Text("证件号码校验位错误", "The check digit of the number is wrong"),
    "document-missing": Text("缺少决定文书编号", "The number of the document is missing"),
    "document-number-malformed": Text(
        "证件号码格式错误", "The number does not have the form of its kind"
    ),
    "end-before-start": Text("结束日期早于开始日期", "The end lies before the start"),
    "ended-already": Text("期限已经届满", "The term is over already"),
    "entry-delisted": Text("该登记已撤销", "The entry is delisted"),
    "glass-reviewed": Text("该次应急查阅已复核", "This breaking of the glass was reviewed before"),
    "glass-unreviewed": Text(
        "您有未复核的应急查阅，复核前不能再次使用",
        "An earlier breaking of the glass waits for its review; none more before that",
    ),
    "grid-held-twice": Text("同一网格由两个同类机构负责", "Two offices of one kind hold one grid"),
    "grid-unknown": Text("网格不存在", "There is no such grid"),
    "name-unreadable": Text(
        "姓名应为1至60个文字，不含数字", "A name has 1 to 60 letters and no digits"
    ),
    "office-defined-twice": Text("机构重复", "An office is defined twice"),
    "office-unknown": Text("机构不存在", "There is no such office"),
    "organ-missing": Text("缺少决定机关", "The deciding organ is missing"),
    "phone-malformed": Text("电话号码格式错误", "The phone number is malformed"),
    "pinyin-unreadable": Text("拼音应为拉丁字母", "Pinyin is made of Latin letters"),
    "place-is-own": Text("该住址现属本机构辖区", "Your own office works for that place by now"),
    "place-without-office": Text(
        "该住址尚无负责的警务室或司法所", "No police room or justice office works for that place"
    ),
    "premises-unknown": Text("没有此房屋，或不在您的范围内", "There are no such premises in reach"),
    "purpose-item-required": Text("请指明查阅所依据的事项", "Name what the reading is for"),
    "purpose-not-open": Text(
        "该事项不存在或已办结，不能作为查阅依据", "No such item is open to you for this person"
    ),
    "purpose-required": Text(
        "请说明查阅目的及所依据的事项", "Say what the reading is for, and by which item"
    ),
    "reason-required": Text(
        "应急查阅须说明理由（10至500字）",
        "Broken glass needs a reason of 10 to 500 characters",
    ),
    "responsibility-moved": Text("责任机构已变更", "Another office answers for the entry by now"),
    "review-after-end": Text("复核日期晚于期满日", "The review lies after the end"),
    "review-day-past": Text("复核日期已过", "The day of the review is past"),
    "review-too-late": Text(
        "复核日期不得晚于{days}天后", "The next review may be at most {days} days away"
    ),
    "search-for-one": Text(
        "请按姓名、拼音或证件号码之一查询", "Search by one of name, pinyin and document number"
    ),
    "search-too-wide": Text("查询条件过短", "The search is too short"),
    "statute-does-not-carry-category": Text(
        "该法条不能作为此类别的依据", "The statute is no ground for this category"
    ),
    "term-too-long": Text(
        "期限不得超过{years}年", "The law allows at most {years} years for this category"
    ),
    "too-many-numbers": Text(
        "今日可核对的证件号码已达上限", "You have resolved as many numbers as a day allows"
    ),
}
