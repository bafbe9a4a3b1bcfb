"""What is said while the morning is played: one sentence after the other, in both languages."""

from lianfang_demo.livescript import LIVE

SCRIPT: dict[str, tuple[str, str]] = {
    "opening": (
        "联防示范区的一个上午（人物、证件、电话均为虚构）",
        "A morning in the model district (persons, documents and phones are made up)",
    ),
    "tenancy": ("一、登记一笔租住", "1. A tenancy is registered"),
    "tenancy-done": (
        "  {officer}在{community}登记一笔租住。姓名和证件号只交给人口服务，"
        "换得一张回执；租住服务只见回执。",
        "  {officer} registers a tenancy in {community}. Name and document number go"
        " to population alone, for a receipt; rentals sees the receipt only.",
    ),
    "acknowledged": (
        "  民警签收该通知，整个岗位不再升级。",
        "  The officer acknowledges it; for the whole desk it escalates no more.",
    ),
    "comment": ("今天上门走访", "Will call there today"),
    "landlord": ("二、出租人自行登记", "2. A landlord registers at the own premises"),
    "landlord-done": (
        "  出租人为自己的房屋登记。",
        "  The landlord registers a tenancy at the own premises.",
    ),
    "landlord-foreign": (
        "  别人的房屋对其而言不存在（404）。",
        "  Premises of others do not exist for a landlord (404).",
    ),
    "burglary": ("三、110 推送一起入室盗窃", "3. The 110 feed reports a burglary"),
    "burglary-done": (
        "  110 把同一编号推送了五次：仍是一起警情。案件到场计时开始。",
        "  The feed posts the same id five times: one incident. The on-scene clock starts.",
    ),
    "burglary-linked": (
        "  邻居上门报同一件事：并入同一起警情，不重复通知居委会。",
        "  A neighbor walks in with the same: linked to the incident, not doubled.",
    ),
    "burglary-arrived": (
        "  社区民警到场，计时停止。",
        "  The community's officer arrives; the clock stops.",
    ),
    "violence": ("四、一起涉及人身的警情", "4. An incident against a person"),
    "violence-done": (
        "  居委会不会单独得知此类警情：只计入周汇总，且不少于三起才显示。"
        "没有通知，也不说明任何事。",
        "  No committee hears of it singly: it counts in the weekly digest, shown from three up, so"
        " that a missing notice says nothing.",
    ),
    "move": ("五、一名登记帮扶人员搬家", "5. A person with a help entry moves"),
    "move-nobody": (
        "  示范人员都已搬过家；make reset 之后可再看一遍。",
        "  Everybody on the demo register has moved before; make reset, and see it again.",
    ),
    "move-opened": (
        "  别处登记了一笔普通租住。比对器发现租住人有帮扶登记，为原责任单位建立一件交接："
        "租住服务、出租人、居委会和新址单位此刻都不知道。",
        "  An ordinary tenancy was registered elsewhere. The matcher opens a case for the office"
        " responsible; rentals, landlord, committees and the new place's office know nothing.",
    ),
    "move-confirmed": (
        "  原责任单位民警复核，确认是本人。",
        "  The officer there reviews the match: confirmed.",
    ),
    "move-accepted": (
        "  新址单位接收。直到这一刻，责任都在原单位：任何时候恰有一个责任单位。",
        "  The new office accepts. Until then the old one stayed responsible: exactly one office at"
        " every moment.",
    ),
    "missed": ("  ！应当得知而未得知：{desk}", "  ! should have heard and did not: {desk}"),
    "closing": ("上午结束。", "The morning is over."),
    **LIVE,
}
