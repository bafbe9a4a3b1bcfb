"""What notifications answers when a rule is broken, in both languages."""

from lianfang_edge.problems import Text

MESSAGES: dict[str, Text] = {
    "rules-not-for-role": Text(
        "当前角色不能查阅分发规则。", "Your role does not read the routing rules."
    ),
    "week-not-for-role": Text(
        "当前角色不查看各单位一周情况。", "Your role does not read the week of other desks."
    ),
}
