"""Plain words for what each office just learned and what it did not, in Chinese or English."""

from collections.abc import Callable, Iterable
from typing import Any

from lianfang_demo.desks import Desk, Heard
from lianfang_demo.script import SCRIPT

_FIELDS = {
    "accept_due_at": ("接收期限", "the time to accept"),
    "account": ("登记人", "who registered it"),
    "arrive_by": ("到场时限", "the time to arrive"),
    "acknowledge_by": ("签收期限", "the time to acknowledge"),
    "arrived_at": ("到场时刻", "when the officer arrived"),
    "assisting_committee": ("协助居委会", "the assisting committee"),
    "case_id": ("交接编号", "the case's number"),
    "classification": ("警情类别", "the class"),
    "community": ("社区", "the community"),
    "criminal": ("是否案件", "whether it is criminal"),
    "against_person": ("是否涉及人身", "whether a person was harmed"),
    "day": ("日期", "the day"),
    "day_part": ("时段", "the part of the day"),
    "entry_id": ("登记编号", "the entry's number"),
    "first_day": ("起始日", "the first day"),
    "grid": ("网格", "the grid"),
    "incident_id": ("警情编号", "the incident's number"),
    "justice_office": ("司法所", "the justice office"),
    "last_day": ("截止日", "the last day"),
    "method": ("手法", "the method"),
    "opened_at": ("发生时刻", "the exact time"),
    "outcome": ("处理结果", "how it ended"),
    "premises_id": ("房屋", "the premises"),
    "previous_office": ("原责任单位", "the office before"),
    "reason": ("原因", "the reason"),
    "receiving_office": ("接收单位", "the receiving office"),
    "registered_by": ("登记方式", "how it was registered"),
    "report_id": ("报警编号", "the report's number"),
    "reports": ("报警数", "how many reports"),
    "responsible_office": ("责任单位", "the responsible office"),
    "review_due_on": ("复核日期", "the day of the review"),
    "review_due_at": ("复核期限", "the time to review"),
    "source": ("来源", "where the report came from"),
    "tenancy_id": ("租住编号", "the tenancy's number"),
    "tenants": ("租住人", "the tenants"),
    "tip": ("防范提示", "the tip"),
}


def say_at_once(line: str) -> None:
    """Print a line without keeping it back, also into a pipe."""
    print(line, flush=True)


class Speaker:
    """Says everything in one language.

    Args:
        language: `zh-CN` or `en`.
        tell: gets each line.
    """

    def __init__(self, language: str, tell: Callable[[str], None] = say_at_once) -> None:
        self.language = language
        self._tell = tell

    def line(self, name: str, **params: str) -> None:
        """Say one line of the script."""
        self._tell(self.words(name).format(**params))

    def at(self, moment: str, name: str, **params: str) -> None:
        """Say one line of the script after the moment at which it happened."""
        self._tell(f"{moment}  {self.words(name).format(**params)}")

    def say(self, text: str) -> None:
        """Say what stands in no script: logins and addresses."""
        self._tell(text)

    def pause(self) -> None:
        """Leave an empty line."""
        self._tell("")

    def words(self, name: str) -> str:
        """Return words of the script."""
        return self.choose(*SCRIPT[name])

    def choose(self, zh: str, en: str) -> str:
        """Return the words in the speaker's language."""
        return en if self.language == "en" else zh

    def fields(self, names: Iterable[str]) -> str:
        """Return fields of events in words."""
        words = [self.choose(*_FIELDS.get(name, (name, name))) for name in names]
        return self.choose("、", ", ").join(words)

    def notice(self, desk: Desk, heard: Heard, since: float, manifest: dict[str, Any]) -> None:
        """Say what one notice told a desk, how soon, and what its rule kept back."""
        facts = heard.facts
        told = [str(facts["title"]), self.choose("；", "; ").join(str(facts["body"]).splitlines())]
        words = self.choose("。", ". ").join(part for part in told if part)
        took = round((heard.at - since) * 1000)
        self._tell(
            self.choose(
                f"  ● {desk.name('zh-CN')}（{took} 毫秒）：{words}",
                f"  * {desk.name('en')} ({took} ms): {words}",
            )
        )
        withheld = self.fields(manifest.get("fields_withheld", ()))
        if withheld:
            self._tell(self.choose(f"      没有告诉：{withheld}", f"      not told: {withheld}"))

    def silence(self, desks: Iterable[Desk]) -> None:
        """Say who heard nothing at all."""
        names = self.choose("、", ", ").join(desk.name(self.language) for desk in desks)
        if names:
            self._tell(self.choose(f"  ○ 未收到任何通知：{names}", f"  - heard nothing: {names}"))
