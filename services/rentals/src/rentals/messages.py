"""What rentals' rules say to people, Chinese first; a message never repeats what was typed."""

from lianfang_edge.problems import Text

MESSAGES: dict[str, Text] = {
    "credit-code": Text(
        "统一社会信用代码有误，请核对校验位",
        "The unified social credit code is not right; check its last character",
    ),
    "ends-after-agreed": Text(
        "终止日期晚于约定的最后一天，请改用续租",
        "This day is after the agreed last day; extend the tenancy instead",
    ),
    "ends-before-start": Text(
        "最后一天不能早于第一天", "The last day cannot be before the first day"
    ),
    "extension-not-later": Text(
        "续租日期应晚于现有的最后一天", "An extension ends later than what is agreed now"
    ),
    "first-day-too-far": Text(
        "第一天不得晚于今天起 {years} 年，请核对",
        "A tenancy begins within {years} year from today; check the first day",
    ),
    "first-day-too-old": Text(
        "第一天早于 {years} 年前，请核对",
        "The first day is more than {years} years ago; check it",
    ),
    "grid-code": Text("网格代码应为 15 位数字", "A grid code has 15 digits"),
    "house-number": Text(
        "此处只填门牌号，例如 3号楼-201，不得填写姓名或电话",
        "Only a house number goes here, such as 12-3A; no name and no phone number",
    ),
    "no-such-room": Text(
        "该房屋只有 1 至 {most} 号房间", "These premises have rooms 1 to {most} only"
    ),
    "organisation-name": Text(
        "单位名称应为 2 至 80 个字，且不含数字",
        "The name of an organisation has 2 to 80 characters and no digits",
    ),
    "premises-unknown": Text("没有此房屋，或不在您的范围内", "There are no such premises in reach"),
    "receipt-expired": Text(
        "身份回执已过期，请重新核验身份",
        "The identity receipt is too old; resolve the person again",
    ),
    "receipt-invalid": Text(
        "身份回执无效，请重新核验身份",
        "The identity receipt is not valid here; resolve the person again",
    ),
    "receipt-used": Text(
        "身份回执已使用过，请重新核验身份",
        "The identity receipt was used before; resolve the person again",
    ),
    "rooms-count": Text("房间数应为 1 至 {most}", "There are 1 to {most} rooms"),
    "tenancies-overlap": Text(
        "该房间在所选日期内已经出租", "The room is let to somebody else on some of these days"
    ),
    "tenancy-ended": Text("该租住已终止，不能再更改", "The tenancy has ended and changes no more"),
    "tenancy-open-ended": Text(
        "该租住未约定最后一天，无需续租", "No last day is agreed, so there is nothing to extend"
    ),
    "tenant-named-twice": Text("同一租住中有租住人重复", "A tenant is named twice in this tenancy"),
    "term-too-long": Text(
        "租期不得超过 {years} 年（民法典第七百零五条）",
        "A tenancy lasts {years} years at most (Civil Code, art. 705)",
    ),
    "unknown-area": Text("没有此网格，或不在您的范围内", "There is no such grid in reach"),
}
