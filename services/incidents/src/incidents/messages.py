"""What incidents answers when a rule is broken, in both languages"""

from lianfang_edge.problems import Text

MESSAGES: dict[str, Text] = {
    "classification-unknown": Text("没有这种警情类别", "There is no such classification"),
    "method-unknown": Text("作案手法列表中没有该项", "The list of methods has no such entry"),
    "tip-unknown": Text("防范提示列表中没有该项", "The list of tips has no such entry"),
    "source-not-yours": Text(
        "您的岗位不能以该来源上报", "Your role does not report from this source"
    ),
    "external-id-required": Text(
        "110接警须附其自身编号", "A report of the 110 feed needs the feed's own id"
    ),
    "external-id-of-the-feed-only": Text(
        "只有110接警可附外部编号", "Only the 110 feed gives an id of its own"
    ),
    "external-id-taken": Text(
        "该编号已被使用", "This id was used for a report that you cannot see"
    ),
    "occurred-in-the-future": Text("发生时间不能晚于现在", "It cannot have happened yet"),
    "phone-malformed": Text("电话号码格式不正确", "This is not a phone number"),
    "premises-unknown": Text("辖区内没有该房屋", "There is no such premises in your areas"),
    "grid-not-of-premises": Text("网格与房屋所在网格不一致", "The premises lies in another grid"),
    "place-required": Text("须填写房屋或网格", "A premises or a grid is needed"),
    "grid-unknown": Text("没有该网格", "There is no such grid"),
    "outside-your-areas": Text("该地点不在您的辖区", "This place is outside your areas"),
    "report-not-linked": Text(
        "该报告未并入其他警情", "This report was not linked to another's incident"
    ),
    "incident-closed": Text("警情已办结", "The incident is closed"),
    "already-arrived": Text("已登记到达现场", "The arrival was recorded before"),
    "arrival-not-recorded": Text(
        "刑事警情未登记到达现场，不能以已处置办结",
        "A criminal incident is not resolved before somebody was on the scene",
    ),
    "purpose-not-this-incident": Text(
        "查阅目的与该报告的警情不符", "The purpose names another incident than the report's"
    ),
    "reason-required": Text(
        "警情已办结，查阅须说明理由", "The incident is closed: reading needs a reason"
    ),
}
